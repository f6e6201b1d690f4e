"""What becomes of drawings and corrections that take longer than a moment."""

import streamlit as st

from dashboard.drawing.visit import Visit

LOOK_AGAIN_SECONDS = 1.0


@st.fragment(run_every=LOOK_AGAIN_SECONDS)
def watch_over(visit: Visit, unsettled: int) -> None:
    """Look now and then whether one of so many has been settled; then show it."""
    if len(visit.unsettled) != unsettled:
        st.rerun()
    pending = [asked for asked in visit.unsettled if not asked.answer]
    if not pending:
        return
    what = "Your drawing waits" if len(pending) == 1 else f"{len(pending)} drawings wait"
    if all(asked.question.sent for asked in pending):
        st.caption(f":material/hourglass: {what} on Kafka for the job to read; nothing more need be pressed.")
    else:
        st.caption(f":material/hourglass: {what} here for Kafka to come back; nothing more need be pressed.")
