"""Telling the stream that it was wrong."""

import streamlit as st

from dashboard.connection.correcting import Correcting
from dashboard.connection.stream import Stream
from dashboard.drawing.asked import Asked
from dashboard.drawing.visit import Visit
from dashboard.look.correction import acknowledge, refuse
from pipeline.messages import Digit, Prediction, is_number

OFFERED = 3


def offer_correction(visit: Visit, asked: Asked, prediction: Prediction, chosen: int, stream: Stream) -> None:
    """One click corrects the chosen digit; the whole number can be typed, too. A second thought replaces the first."""
    said = prediction.number if asked.corrected is None else asked.corrected
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="correction"):
        if prediction.digits:
            st.markdown("Wrong? It is a", width="content")
            for digit in likeliest_others(prediction.digits[chosen])[:OFFERED]:
                _offer(str(digit), with_digit(prediction, said, chosen, digit), visit, asked, stream)
        with st.popover("Other", icon=":material/edit:", key="other"):
            _offer_everything(visit, asked, prediction, chosen, stream)
    if asked.correction:
        _show_said(asked.correction, visit, asked, prediction, stream)


def likeliest_others(digit: Digit) -> list[int]:
    """The nine digits that it was not read as, the likeliest first."""
    others = [value for value in range(10) if value != digit.digit]
    return sorted(others, key=lambda value: -digit.probabilities[value])


def with_digit(prediction: Prediction, said: str, chosen: int, digit: int) -> str:
    """The number with one digit replaced: in what a person said already if that is as long, else in what was read."""
    base = said if len(said) == len(prediction.digits) else prediction.number
    return f"{base[:chosen]}{digit}{base[chosen + 1 :]}"


def _offer_everything(visit: Visit, asked: Asked, prediction: Prediction, chosen: int, stream: Stream) -> None:
    said = prediction.number if asked.corrected is None else asked.corrected
    if prediction.digits:
        st.caption("This digit is a" if len(prediction.digits) > 1 else "It is a")
        with st.container(horizontal=True, gap="xsmall"):
            for digit in sorted(likeliest_others(prediction.digits[chosen])[OFFERED:]):
                _offer(str(digit), with_digit(prediction, said, chosen, digit), visit, asked, stream)
    with st.form("whole", border=False, enter_to_submit=True):
        number = st.text_input("Or the whole number", placeholder=prediction.number)
        told = st.form_submit_button("Correct", key="correct")
    if told:
        _correct_typed(number, visit, asked, stream)
    _offer("It shows no number", "", visit, asked, stream)


def _correct_typed(number: str, visit: Visit, asked: Asked, stream: Stream) -> None:
    if number and is_number(number):
        visit.correct(asked, number, stream)
        st.rerun()
    else:
        refuse()


def _show_said(said: Correcting, visit: Visit, asked: Asked, prediction: Prediction, stream: Stream) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="thanks"):
        acknowledge(said, width="content")
        if asked.corrected != prediction.number and prediction.number:
            _offer(f"{prediction.number} was right", prediction.number, visit, asked, stream)


def _offer(label: str, number: str, visit: Visit, asked: Asked, stream: Stream) -> None:
    st.button(label, key=f"correct-{asked.id}-{label}", on_click=visit.correct, args=(asked, number, stream))
