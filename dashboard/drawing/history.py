"""The session's predictions, each with a thumbnail of its drawing."""

import io
from datetime import datetime, timezone
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st
from PIL import Image

from dashboard.drawing.asked import Asked
from dashboard.drawing.visit import Visit
from dashboard.look.component import component
from dashboard.look.data_url import data_url
from pipeline.messages import Prediction

SCRIPT = Path(__file__).with_name("history.js")
AT_FIRST = 16
THUMBNAIL_WIDTH = 240
"""In pixels; fine screens have two or more of them to a CSS pixel."""


def show_history(visit: Visit, reading: str) -> None:
    """One card an answer, newest first; a press shows that answer again, in the container of the key ``reading``."""
    answered = visit.answered
    everything = len(answered) <= AT_FIRST or st.session_state.get("whole-history", False)
    zone = st.context.timezone or "UTC"
    cards = [card(asked, zone) for asked in (answered if everything else answered[:AT_FIRST])]

    def look() -> None:
        visit.look_at(st.session_state["history"].pressed)

    component(SCRIPT)(data={"cards": cards, "reading": reading}, key="history", on_pressed_change=look)
    if len(answered) > AT_FIRST:
        st.toggle(f"Show all {len(answered)}", key="whole-history")


def card(asked: Asked, zone: str) -> dict[str, str | None]:
    """What a card shows: the drawing, what it was read as, how surely, and when it was asked."""
    answer = asked.answer
    when = datetime.fromtimestamp(asked.question.asked_at / 1_000, _zone(zone))
    return {
        "id": asked.id,
        "picture": thumbnail(asked.question.drawing),
        "read": answer.number or "–" if isinstance(answer, Prediction) else "not read",
        "corrected": "no number" if asked.corrected == "" else asked.corrected,
        "sure": f"{answer.confidence:.1%}" if isinstance(answer, Prediction) else "",
        "time": f"{when:%H:%M:%S}",
    }


@st.cache_data(max_entries=500, show_spinner=False)
def thumbnail(drawing: bytes) -> str:
    """A data URL of the drawing, just large enough for a card."""
    image = Image.open(io.BytesIO(drawing)).convert("L")
    image.thumbnail((THUMBNAIL_WIDTH, THUMBNAIL_WIDTH))
    png = io.BytesIO()
    image.quantize(8).save(png, "PNG")
    return data_url(png.getvalue())


def _zone(name: str) -> ZoneInfo | timezone:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return timezone.utc
