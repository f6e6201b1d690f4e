"""A chosen drawing, large, and what it really says."""

from collections.abc import MutableMapping

import streamlit as st

from dashboard.connection.correcting import Correcting
from dashboard.connection.outbox import OverloadedError
from dashboard.connection.stream import Stream
from dashboard.explore.ink import picture
from dashboard.explore.rows import Row
from dashboard.look.correction import acknowledge, refuse
from pipeline.messages import LONGEST_NUMBER, is_number

INVITATION = "Choose a row to see it large and to say what it really shows."


def show_chosen(row: Row | None, corrected: MutableMapping[str, Correcting], stream: Stream) -> None:
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
    elif told and number and is_number(number):
        _correct(row, number, corrected, stream)
    elif told:
        refuse()
    if drawing_id in corrected:
        acknowledge(corrected[drawing_id])


def _correct(row: Row, number: str, corrected: MutableMapping[str, Correcting], stream: Stream) -> None:
    try:
        corrected[row["drawing_id"]] = stream.correct(row["drawing_id"], number, row["number"])
    except OverloadedError as error:
        st.warning(str(error))
    except ValueError:
        st.warning("This drawing has an id that cannot be corrected.")
    else:
        st.rerun(scope="fragment")
