"""The menu of a narrow window."""

from pathlib import Path

from dashboard.look.component import component

SCRIPT = Path(__file__).with_name("menu.js")


def close_menu_on_choice() -> None:
    """Let the menu get out of the way of the page that was chosen."""
    component(SCRIPT)(key="menu")
