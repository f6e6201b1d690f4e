"""The answer to a drawing, shown where the eye is."""

from html import escape

import streamlit as st

from dashboard.connection.stream import Stream
from dashboard.drawing.asked import Asked
from dashboard.drawing.canvas import HEIGHT, WIDTH
from dashboard.drawing.correction import offer_correction
from dashboard.drawing.probabilities import show_probabilities
from dashboard.drawing.route import show_route
from dashboard.drawing.visit import Visit
from dashboard.look.data_url import data_url
from pipeline.messages import Prediction, Rejection

GLANCE_SECONDS = 0.1
"""How often a waiting script lets Streamlit see whether the drawer has done something else."""
RATHER_WRONG = 0.5
"""Confidence is calibrated (docs/decisions.md): below this, an answer is more likely wrong than right."""
FAIRLY_SURE = 0.9


def await_answer(visit: Visit) -> None:
    """Hold the script until the newest question is answered, for as long as people like to wait."""
    glance = st.empty()
    while visit.wait(GLANCE_SECONDS) is not None:
        glance.empty()


def chosen_digit(asked: Asked | None) -> int:
    """The index of the digit that the drawer looks at."""
    return st.session_state.get(_chooser(asked), 0) or 0 if asked else 0


def show_headline(visit: Visit) -> None:
    """The number, as large as it fits, and how sure it is; without one, what to do or what it waits for."""
    shown = visit.shown
    if visit.notice:
        _say("?", "", visit.notice)
    elif shown is None and visit.pending:
        _say("?", "", "Your drawing is kept, and the answer appears here by itself.", "waiting")
    elif shown is None:
        _say("?", "", "Draw a number, of one digit or more, and press Predict.")
    elif isinstance(shown.answer, Rejection):
        _say("—", "", f"Not read. {shown.answer.reason}")
    elif isinstance(shown.answer, Prediction):
        _say(shown.answer.number or "—", *_surety(shown.answer), "" if shown.answer.number else "faint")


def show_details(visit: Visit, drawing: bytes | None, stream: Stream) -> None:
    """What stands behind the number: each digit's probabilities, a way to correct it, where the time went."""
    shown = visit.shown
    if shown is None:
        _show_empty_chart()
        return
    if visit.looked_at:
        _show_looked_at(shown, visit, with_picture=shown.question.drawing != drawing)
    if isinstance(shown.answer, Prediction):
        _show_prediction(shown, shown.answer, visit, stream)
    if timeline := shown.question.timeline:
        show_route(timeline, shown.question.seconds)


def _show_prediction(shown: Asked, prediction: Prediction, visit: Visit, stream: Stream) -> None:
    chosen = chosen_digit(shown)
    if len(prediction.digits) > 1:
        st.segmented_control(
            "Digit",
            range(len(prediction.digits)),
            default=0,
            required=True,
            format_func=lambda index: str(prediction.digits[index].digit),
            key=_chooser(shown),
            label_visibility="collapsed",
        )
    if prediction.digits:
        show_probabilities(prediction.digits[chosen])
    offer_correction(visit, shown, prediction, chosen, stream)


def _show_empty_chart() -> None:
    show_probabilities(None)
    st.caption("It travels through Kafka to a neural network on Beam and Flink, and the answer comes back likewise.")


def _show_looked_at(shown: Asked, visit: Visit, with_picture: bool) -> None:
    if with_picture:
        st.html(_picture(shown))
    st.button("Back to the newest", icon=":material/arrow_back:", on_click=visit.look_at, type="tertiary")


def _picture(asked: Asked) -> str:
    """The drawing with its digits framed, as HTML."""
    digits = asked.answer.digits if isinstance(asked.answer, Prediction) else []
    frames = ""
    for index, digit in enumerate(digits):
        left, top, width, height = digit.box
        chosen = "chosen" if index == chosen_digit(asked) else ""
        place = f"left: {left / WIDTH:.2%}; top: {top / HEIGHT:.2%}; width: {width / WIDTH:.2%}"
        frames += f'<i class="{chosen}" style="{place}; height: {height / HEIGHT:.2%}"></i>'
    source = data_url(asked.question.drawing)
    return f'<div class="picture"><img alt="the drawing" src="{source}">{frames}</div>'


def _say(number: str, sure: str, words: str, manner: str = "faint") -> None:
    """As large as fits: the style sheet knows the panel's width, and needs the number of characters."""
    style = f'class="number {manner}" style="--characters: {len(number)}"'
    sure = f"<b>{escape(sure)}</b> " if sure else ""
    st.html(f'<output {style}>{escape(number)}</output><p class="words">{sure}{escape(words)}</p>')


def _surety(prediction: Prediction) -> tuple[str, str]:
    sure = f"{prediction.confidence:.1%}"
    if prediction.confidence < RATHER_WRONG:
        return sure, "sure: rather wrong than right. Perhaps it is no number."
    return sure, "sure" if prediction.confidence >= FAIRLY_SURE else "sure: look twice."


def _chooser(asked: Asked | None) -> str:
    return f"digit-of-{asked.id}" if asked else ""
