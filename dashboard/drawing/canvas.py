"""The paper to draw on."""

import io
from typing import Any

import streamlit as st
from PIL import Image
from streamlit_drawable_canvas import st_canvas

from dashboard.drawing.pens import PAPER, Pen

WIDTH, HEIGHT = 720, 440
"""In canvas pixels, which are the drawing's; style.css shrinks what does not fit the screen."""
KEY = "paper"
DARK = 128


def draw(pen: Pen) -> bytes | None:
    """Show the paper; a PNG of what is on it, None while it is blank or all of it is rubbed out again."""
    canvas = st_canvas(
        stroke_width=pen.width,
        stroke_color=pen.colour,
        background_color=PAPER,
        width=WIDTH,
        height=HEIGHT,
        return_image_data=True,
        key="canvas",
    )
    drawing = canvas.image_bytes
    strokes = (canvas.json_data or {}).get("objects", [])
    return drawing if drawing and _shows_ink(strokes, drawing) else None


def _shows_ink(strokes: list[dict[str, Any]], drawing: bytes) -> bool:
    """Whether something is drawn; the picture is looked at only where an eraser was, which costs milliseconds."""
    erased = any(stroke.get("stroke") == PAPER for stroke in strokes)
    return is_inked(drawing) if erased else bool(strokes)


@st.cache_data(max_entries=100, show_spinner=False)
def is_inked(drawing: bytes) -> bool:
    """Whether a picture, a PNG on white, shows any dark pixel."""
    darkest, _ = Image.open(io.BytesIO(drawing)).convert("L").getextrema()
    return isinstance(darkest, int) and darkest < DARK
