"""A chosen drawing, large, and what it really says."""

from collections.abc import MutableMapping

import streamlit as st

from dashboard.connection.outbox import OverloadedError
from dashboard.connection.stream import Stream
from dashboard.explore.ink import picture
from dashboard.explore.rows import Row
from pipeline.messages import LONGEST_NUMBER

DIGITS_ONLY = "Digits only, please: 0 to 9."
INVITATION = "Choose a row to see it large and to say what it really shows."


def show_chosen(row: Row | None, corrected: MutableMapping[str, str], stream: Stream) -> None:
    """Show the drawing and let the visitor correct it; ``corrected`` gets what they say, by the drawing's id."""
    if row is None:
        st.caption(f":material/touch_app: {INVITATION}")
        return
    drawing_id = row["drawing_id"]
    st.image(picture(row["ink"]), width="stretch", alt=f"what the model saw of a drawing read as {row['number']}")
    st.markdown(f"Read as **{row['number'] or 'no number'}**, {row['confidence']:.1%} sure")
    with st.form(f"correct-{drawing_id}", border=False):
        number = st.text_input("It really says", placeholder=row["number"], max_chars=LONGEST_NUMBER)
        told = st.form_submit_button("Correct", type="primary", icon=":material/edit:")
    nothing = st.button("It shows no number", key=f"none-{drawing_id}")
    if nothing:
        _correct(row, "", corrected, stream)
    elif told and number.isascii() and number.isdigit():
        _correct(row, number, corrected, stream)
    elif told:
        st.caption(f":red[{DIGITS_ONLY}]")
    if drawing_id in corrected:
        says = f"it is **{corrected[drawing_id]}**" if corrected[drawing_id] else "it shows **no number**"
        if stream.trouble:
            kept = "Kafka is away: it is sent by itself when Kafka is back."
            st.markdown(f":orange[:material/schedule_send:] You say {says}. {kept}")
        else:
            st.markdown(f":green[:material/check_circle:] You say {says}. It is in the lakehouse in a few seconds.")


def _correct(row: Row, number: str, corrected: MutableMapping[str, str], stream: Stream) -> None:
    try:
        stream.correct(row["drawing_id"], number, row["number"])
    except OverloadedError as error:
        st.warning(str(error))
    except ValueError:
        st.warning("This drawing has an id that cannot be corrected.")
    else:
        corrected[row["drawing_id"]] = number
        st.rerun(scope="fragment")
