"""Somebody draws a seven in a real browser, and the running stack reads it."""

import re
import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, FloatRect, Page, expect, sync_playwright

from pipeline.settings import Settings

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
SEVEN = [(0.40, 0.22), (0.60, 0.20), (0.58, 0.30), (0.50, 0.52), (0.46, 0.80)]
"""The corners of a pen stroke, as parts of the canvas's width and height."""
FORTY_TWO = [
    [(0.30, 0.22), (0.22, 0.55), (0.42, 0.55)],
    [(0.37, 0.35), (0.36, 0.82)],
    [(0.52, 0.34), (0.56, 0.24), (0.64, 0.22), (0.69, 0.32), (0.64, 0.50), (0.52, 0.78), (0.72, 0.78)],
]
ANSWER_MS = 30_000
PREDICT = re.compile(r"\bPredict$")
"""Some versions of Streamlit put the icon's name before the button's."""

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium is installed to draw in")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture(params=[(1440, 900), (390, 844)], ids=["desk", "phone"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, height = request.param
    page = browser.new_page(viewport={"width": width, "height": height})
    page.set_default_timeout(ANSWER_MS)
    yield page
    page.close()


def draw(page: Page, corners: list[tuple[float, float]]) -> None:
    box = paper(page)
    (left, top), *others = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    page.mouse.move(left, top)
    page.mouse.down()
    for x, y in others:
        page.mouse.move(x, y, steps=6)
    page.mouse.up()


def paper(page: Page) -> FloatRect:
    """Where the canvas is on the screen; it is the last of the page's canvases."""
    canvas = page.locator("canvas").last
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    return box


def test_a_seven_is_read_and_both_clear_buttons_clear(page: Page, stack: Settings) -> None:
    asked_for: list[str] = []
    page.on("request", lambda request: asked_for.append(request.url))
    page.goto(stack.dashboard)
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert paper(page)["width"] <= width, "the canvas does not fit the screen"

    draw(page, SEVEN)
    page.get_by_role("button", name=PREDICT).click()
    expect(page.get_by_role("status")).to_have_text("7", timeout=ANSWER_MS)
    expect(page.locator(".st-key-history img")).to_have_count(1)

    page.get_by_role("button", name="Clear Predictions").click()
    expect(page.get_by_role("status")).to_have_text("?")
    page.get_by_role("button", name="Clear Canvas").click()
    page.get_by_role("button", name=PREDICT).click()
    expect(page.get_by_role("alert")).to_contain_text("blank")
    hosts = {urlsplit(url).hostname for url in asked_for if url.startswith("http")}
    assert hosts == {stack.host}, "the page needs the internet"


def test_a_number_is_read_and_each_of_its_digits_can_be_looked_at(page: Page, stack: Settings) -> None:
    page.goto(stack.dashboard)
    for stroke in FORTY_TWO:
        draw(page, stroke)
    page.get_by_role("button", name=PREDICT).click()

    expect(page.get_by_role("status")).to_have_text("42", timeout=ANSWER_MS)
    for digit in "42":
        expect(page.get_by_role("radio", name=digit, exact=True)).to_be_visible()
