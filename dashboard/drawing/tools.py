"""Undo and redo beside the pens, and the automatic mode's sense of a resting pen."""

from pathlib import Path

from dashboard.drawing import canvas, pens
from dashboard.look.component import component

HERE = Path(__file__).parent
REST_MILLISECONDS = 700
"""Longer than the 200 ms after which the canvas reports a stroke; most people need less between two strokes."""


def show_tools(pen: pens.Pen, predict: str, clear: str) -> None:
    """Undo and redo. ``predict`` and ``clear`` are the keys of the buttons that use and clear the paper.

    However quickly they are pressed, the last stroke counts too; and no stroke is drawn with any ``pen`` but the
    chosen one.
    """
    data = {"paper": canvas.KEY, "pens": pens.KEY, "pen": pen.name, "predict": predict, "clear": clear}
    component(HERE / "tools.js")(data=data, key="tools", width="content")


def pen_rests() -> bool:
    """Whether the script runs because the drawer has paused."""
    data = {"paper": canvas.KEY, "milliseconds": REST_MILLISECONDS}
    sensed = component(HERE / "rest.js")(data=data, key="rest", on_rested_change=lambda: None)
    return bool(sensed.rested)
