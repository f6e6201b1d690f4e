"""Undo and redo beside the pens, and the automatic mode's sense of a resting pen."""

from pathlib import Path

from dashboard.drawing.canvas import KEY
from dashboard.look.component import component

HERE = Path(__file__).parent
REST_MILLISECONDS = 700
"""Longer than the 200 ms after which the canvas reports a stroke; most people need less between two strokes."""


def show_tools(predict: str, clear: str) -> None:
    """Undo and redo. ``predict`` and ``clear`` are the keys of the buttons that use and clear the paper.

    However quickly they are pressed, the last stroke counts too.
    """
    component(HERE / "tools.js")(data={"paper": KEY, "predict": predict, "clear": clear}, key="tools", width="content")


def pen_rests() -> bool:
    """Whether the script runs because the drawer has paused."""
    data = {"paper": KEY, "milliseconds": REST_MILLISECONDS}
    sensed = component(HERE / "rest.js")(data=data, key="rest", on_rested_change=lambda: None)
    return bool(sensed.rested)
