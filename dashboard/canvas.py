"""The paper to draw on."""

from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer
from streamlit_drawable_canvas import st_canvas

WIDTH, HEIGHT = 640, 400
INK, PAPER = "#16152b", "#ffffff"
PENS = {"Fine": 10, "Medium": 18, "Broad": 30}
"""Pen widths in canvas pixels."""


def choose_pen() -> int:
    """Let the drawer choose a pen; its width in canvas pixels."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("Pen", width="content")
        pen = st.segmented_control("Pen", PENS, default="Medium", required=True, label_visibility="collapsed")
    return PENS[pen or "Medium"]


def draw(sheet: int, pen: int, button: str) -> bytes | None:
    """Show sheet number ``sheet``, blank whenever that number is new; a PNG of what is on it, None while blank.

    ``button`` is the key of the button that uses the drawing: pressed however quickly, it gets the last stroke too.
    """
    with st.container(key="paper"):
        canvas = st_canvas(
            stroke_width=pen,
            stroke_color=INK,
            background_color=PAPER,
            width=WIDTH,
            height=HEIGHT,
            return_image_data=True,
            key=f"sheet-{sheet}",
        )
    _last_stroke()(data={"canvas": "paper", "button": button}, key="last-stroke")
    has_ink = bool(canvas.json_data and canvas.json_data["objects"])
    return canvas.image_bytes if has_ink else None


@cache
def _last_stroke() -> ComponentRenderer:
    return st.components.v2.component("last_stroke", js=Path(__file__).with_name("last_stroke.js").read_text("utf-8"))
