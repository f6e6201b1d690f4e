"""The session's predictions, each with a thumbnail of its drawing."""

import io
from collections.abc import Iterable

import streamlit as st
from PIL import Image

from dashboard.question import Question
from pipeline.messages import Prediction, Rejection

CARD_WIDTH = 146
THUMBNAIL_WIDTH = 2 * CARD_WIDTH
"""In pixels; fine screens have two or more of them to a CSS pixel."""


def show_history(answered: Iterable[Question]) -> None:
    """Show one card an answer, in the order given."""
    with st.container(horizontal=True, key="history"):
        for question in answered:
            _show_card(question)


def _show_card(question: Question) -> None:
    with st.container(border=True, width=CARD_WIDTH, gap="xsmall"):
        match question.answer:
            case Prediction(number=number, confidence=confidence):
                st.image(thumbnail(question.drawing), width="stretch", alt=f"drawing read as {number}")
                st.markdown(f"**{number}** :small[{confidence:.1%}]")
            case Rejection(reason=reason):
                st.image(thumbnail(question.drawing), width="stretch", alt="drawing that was not read")
                st.markdown(":small[not read]", help=reason)


@st.cache_data(max_entries=500, show_spinner=False)
def thumbnail(drawing: bytes) -> bytes:
    """A PNG of the drawing, just large enough for a card: every pen stroke shows them all anew."""
    image = Image.open(io.BytesIO(drawing)).convert("L")
    image.thumbnail((THUMBNAIL_WIDTH, THUMBNAIL_WIDTH))
    png = io.BytesIO()
    image.save(png, "PNG")
    return png.getvalue()
