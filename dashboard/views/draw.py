"""Draw a number, press Predict, see it read by the stream."""

import streamlit as st

from dashboard.connection.shared import shared_stream
from dashboard.drawing.boxes import show_boxes
from dashboard.drawing.canvas import KEY, draw
from dashboard.drawing.history import show_history
from dashboard.drawing.pens import choose_pen
from dashboard.drawing.reading import await_answer, chosen_digit, show_details, show_headline
from dashboard.drawing.tools import pen_rests, show_tools
from dashboard.drawing.visits import this_visit
from dashboard.drawing.waiting import watch_over
from pipeline.messages import Prediction

stream = shared_stream()
visit = this_visit()

desk, reading = st.columns([5, 3], gap="medium")

with desk:
    tools = st.container(horizontal=True, vertical_alignment="center", gap="small", key="pens")
    with tools:
        pen = choose_pen()
    paper = st.container(key=KEY)
    with paper:
        drawing = draw(pen)
    with tools:
        show_tools(pen, predict="predict", clear="clear-canvas")
        automatic = st.toggle("Automatic", help="Predicts by itself when the pen rests.")
    with st.container(horizontal=True, gap="small", key="buttons"):
        # No callback: the first press after the server has started anew would not reach it.
        if st.button("Predict", "predict", type="primary", icon=":material/auto_awesome:"):
            visit.press_predict()
        st.button("Clear Canvas", "clear-canvas", on_click=visit.clear_canvas)
        st.button("Clear Predictions", "clear-predictions", on_click=visit.clear_predictions)
    rested = automatic and pen_rests()

sheet = reading.container(border=True, height="stretch", key="reading")
with sheet:
    visit.submit(drawing, stream, rested)
    await_answer(visit)
    show_headline(visit)

with paper:
    shown = visit.shown
    on_paper = shown is not None and shown.question.drawing == drawing
    read = shown.answer if shown and on_paper else None
    hint = "" if drawing else "Draw a number here"
    show_boxes(read if isinstance(read, Prediction) else None, chosen_digit(shown), hint)

with sheet:
    show_details(visit, drawing, stream)
    if visit.unsettled:
        watch_over(visit, len(visit.unsettled))

if visit.answered:
    st.subheader("This session", anchor=False)
    show_history(visit, "reading")
