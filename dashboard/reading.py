"""The answer to a drawing, shown where the eye is."""

from html import escape

import streamlit as st

from dashboard.probabilities import probability_chart
from dashboard.question import Question
from dashboard.visit import Visit
from pipeline.messages import Digit, Prediction, Rejection

GLANCE_SECONDS = 0.1
"""How often a waiting script lets Streamlit see whether the drawer has done something else."""
NOTICEABLE_SECONDS = 0.5


def await_answer(visit: Visit) -> None:
    """Hold the script until the open question is answered or given up."""
    progress = st.empty()
    while seconds := visit.wait(GLANCE_SECONDS):
        progress.caption(f":material/hourglass: reading for {seconds:.0f} s" if seconds > NOTICEABLE_SECONDS else "")
    progress.empty()


def show_reading(visit: Visit) -> None:
    """Show the notice if there is one, else the newest answer, else what to do."""
    if visit.notice:
        st.warning(visit.notice, icon=":material/info:")
    elif visit.answered:
        _show_answer(visit.answered[0])
    else:
        _show_invitation()


def _show_invitation() -> None:
    _show_number("?", faint=True)
    st.markdown("Draw a number, of one digit or more, and press **Predict**.")
    st.caption("It travels through Kafka to a neural network on Beam and Flink, and the answer comes back likewise.")


def _show_answer(question: Question) -> None:
    took = f":gray[:material/timer: {question.seconds * 1000:,.0f} ms]"
    match question.answer:
        case Prediction() as prediction:
            _show_number(prediction.number)
            st.markdown(f"**{prediction.confidence:.1%}** sure &ensp; {took}")
            digit = _choose_digit(prediction)
            st.altair_chart(probability_chart(digit), alt=f"Probabilities of 0 to 9; {digit.digit} is the likeliest")
        case Rejection() as rejection:
            _show_number("—", faint=True)
            st.warning(rejection.reason, icon=":material/block:")
            st.markdown(f"Not read &ensp; {took}")


def _show_number(number: str, faint: bool = False) -> None:
    """As large as fits: the style sheet knows the panel's width, and needs the number of characters."""
    style = f'class="number{" faint" if faint else ""}" style="--characters: {len(number)}"'
    st.html(f"<output {style}>{escape(number)}</output>")


def _choose_digit(prediction: Prediction) -> Digit:
    digits = prediction.digits
    if len(digits) == 1:
        return digits[0]
    chosen = st.segmented_control(
        "Digit",
        range(len(digits)),
        default=0,
        required=True,
        format_func=lambda index: str(digits[index].digit),
        key=f"digit-of-{prediction.drawing_id}",
        label_visibility="collapsed",
    )
    return digits[chosen or 0]
