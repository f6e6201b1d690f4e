"""The browser in which people use the dashboard, and how they draw: for the bench, the tests and the pictures."""

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from playwright.sync_api import Browser, FloatRect, Locator, Page, expect, sync_playwright

from pipeline.errors import InkstreamError

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
SEVEN = [(0.40, 0.22), (0.60, 0.20), (0.58, 0.30), (0.50, 0.52), (0.46, 0.80)]
"""The corners of a pen stroke, as parts of the canvas's width and height."""
PREDICT = re.compile(r"\bPredict$")
"""Some versions of Streamlit put the icon's name before the button's."""


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A Chromium without a window, closed in the end.

    Raises:
        InkstreamError: none is installed.
    """
    if CHROMIUM is None:
        raise InkstreamError("There is no Chromium to look with: install it (apt-get install chromium).")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


def draw(page: Page, corners: Sequence[tuple[float, float]]) -> None:
    """Draw one stroke on the paper, from corner to corner."""
    (left, top), *others = on_screen(paper(page), corners)
    page.mouse.move(left, top)
    page.mouse.down()
    for x, y in others:
        page.mouse.move(x, y, steps=6)
    page.mouse.up()


def on_screen(sheet: FloatRect, corners: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Where corners of a stroke, parts of the sheet's width and height, are on the screen."""
    return [(sheet["x"] + x * sheet["width"], sheet["y"] + y * sheet["height"]) for x, y in corners]


def paper(page: Page) -> FloatRect:
    """Where the canvas is on the screen."""
    expect(page.locator(".st-key-paper:not([inert])")).to_have_count(1)  # the chosen pen is in hand
    canvas = page.locator(".st-key-canvas canvas").last
    canvas.scroll_into_view_if_needed()
    return place(canvas)


def place(locator: Locator) -> FloatRect:
    """Where something that is shown is on the screen."""
    box = locator.bounding_box()
    assert box is not None
    return box
