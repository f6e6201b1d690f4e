"""The dashboard's first page: draw a number, press Predict, see it read by the stream.

Run it with ``streamlit run dashboard/app.py`` from the repository's root.
"""

from pathlib import Path

import streamlit as st

from dashboard.canvas import choose_pen, draw
from dashboard.history import show_history
from dashboard.reading import await_answer, show_reading
from dashboard.stream import Stream
from dashboard.visit import Visit
from pipeline.settings import settings

HERE = Path(__file__).parent


@st.cache_resource(show_spinner=False, validate=lambda stream: stream.alive, on_release=Stream.close)
def shared_stream() -> Stream:
    """The one connection to Kafka that all sessions of this server share."""
    return Stream(settings())


st.set_page_config(page_title="Inkstream", page_icon=HERE / "icon.svg", layout="wide")
st.html(HERE / "style.css")

stream = shared_stream()
visit: Visit = st.session_state.setdefault("visit", Visit())

st.title("Inkstream", anchor=False)
st.caption("Draw a number, and the stream says what it reads.")
paper, reading = st.columns([5, 3], gap="medium")

with paper:
    pen = choose_pen()
    drawing = draw(visit.sheet, pen, button="predict")
    with st.container(horizontal=True):
        st.button("Predict", "predict", type="primary", icon=":material/auto_awesome:", on_click=visit.press_predict)
        st.button("Clear Canvas", on_click=visit.clear_canvas)
        st.button("Clear Predictions", on_click=visit.clear_predictions)

with reading.container(border=True, height="stretch", key="reading"):
    visit.submit(drawing, stream)
    await_answer(visit)
    show_reading(visit)

if visit.answered:
    st.subheader("This session", anchor=False)
    show_history(visit.answered)
