"""What one draws with."""

from typing import NamedTuple

import streamlit as st

INK, PAPER = "#16152b", "#ffffff"


class Pen(NamedTuple):
    """A pen's width in canvas pixels, and its colour."""

    width: int
    colour: str


PENS = {"Fine": Pen(9, INK), "Medium": Pen(18, INK), "Broad": Pen(30, INK), "Eraser": Pen(48, PAPER)}


def choose_pen() -> Pen:
    """Let the drawer choose a pen."""
    pen = st.segmented_control("Pen", PENS, default="Medium", required=True, label_visibility="collapsed", key="pen")
    return PENS[pen or "Medium"]
