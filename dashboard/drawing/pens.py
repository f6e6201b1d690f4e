"""What one draws with."""

from typing import NamedTuple

import streamlit as st

INK, PAPER = "#16152b", "#ffffff"
KEY = "pen"


class Pen(NamedTuple):
    """What a pen is called, its width in canvas pixels, and its colour."""

    name: str
    width: int
    colour: str


PENS = {
    pen.name: pen
    for pen in (Pen("Fine", 9, INK), Pen("Medium", 18, INK), Pen("Broad", 30, INK), Pen("Eraser", 48, PAPER))
}


def choose_pen() -> Pen:
    """Let the drawer choose a pen."""
    pen = st.segmented_control("Pen", PENS, default="Medium", required=True, label_visibility="collapsed", key=KEY)
    return PENS[pen or "Medium"]
