"""How every page speaks of a correction."""

from typing import Literal

import streamlit as st

from dashboard.connection.correcting import Correcting
from pipeline.messages import LONGEST_NUMBER

DIGITS_ONLY = f"Digits only, please: at most {LONGEST_NUMBER} of 0 to 9."
SENT_WITHIN_SECONDS = 0.5
"""An idle Kafka takes a correction in a few milliseconds."""


def refuse() -> None:
    """Say that what was typed is no number."""
    st.caption(f":red[{DIGITS_ONLY}]")


def acknowledge(correcting: Correcting, width: Literal["auto", "content"] = "auto") -> None:
    """Say what somebody said that a drawing shows, and whether Kafka has it."""
    number = correcting.number
    says = f"it is **{number}**" if number else "it shows **no number**"
    if correcting.wait_sent(SENT_WITHIN_SECONDS):
        st.markdown(f":green[:material/check_circle:] You say {says}. Kafka has it.", width=width)
    else:
        kept = "Kafka is away: it is sent by itself when Kafka is back."
        st.markdown(f":orange[:material/schedule_send:] You say {says}. {kept}", width=width)
