"""Somebody opens the throughput page in a real browser, replays load at the press of a button, and watches it flow."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from pipeline.settings import Settings

ANSWER_MS = 90_000
COUNT, RATE = 600, 60
ABOVE_0 = re.compile(r"^(?!0(\.0)?$)[\d,.]+$")


@pytest.fixture(params=[(1440, 900), (390, 844)], ids=["desk", "phone"])
def page(browser: Browser, stack: Settings, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, height = request.param
    page = browser.new_page(viewport={"width": width, "height": height})
    page.set_default_timeout(ANSWER_MS)
    page.goto(f"{stack.dashboard}/throughput")
    yield page
    page.close()


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    expect.set_options(timeout=ANSWER_MS)
    yield
    expect.set_options(timeout=5_000)  # Playwright's own


def number(page: Page, label: str) -> Locator:
    """One of the figures at the top."""
    return page.get_by_test_id("stMetric").filter(has_text=label).get_by_test_id("stMetricValue")


def fill(page: Page, label: str, value: int) -> None:
    field = page.get_by_label(label, exact=True)
    field.fill(str(value))
    field.press("Enter")


def figure(page: Page, name: str) -> str:
    """A value of the replay's own report."""
    return page.locator(".st-key-replay tr", has_text=name).locator("td").last.inner_text()


def test_replayed_load_is_seen_to_flow_in_charts_that_stay(page: Page) -> None:
    charts = page.locator("[data-testid=stVegaLiteChart] :is(canvas, svg.marks)")
    expect(charts).to_have_count(6)
    drawn = charts.element_handles()
    fill(page, "Drawings", COUNT)
    fill(page, "A second", RATE)
    page.get_by_role("button", name="Replay", exact=False).click()

    expect(page.get_by_role("button", name="Stop", exact=False)).to_be_visible()
    expect(number(page, "In / s")).to_have_text(ABOVE_0)
    expect(number(page, "Out / s")).to_have_text(ABOVE_0)
    expect(page.locator(".st-key-replay table")).to_be_visible()
    assert (figure(page, "predicted"), figure(page, "unanswered")) == (str(COUNT), "0")
    accuracy = float(figure(page, "accuracy").rstrip("%"))
    assert float(number(page, "Accuracy").inner_text().rstrip("%")) == pytest.approx(accuracy, abs=2)
    expect(number(page, "Lag")).to_have_text("0")
    assert all(chart.evaluate("it => it.isConnected") for chart in drawn), "charts were made anew"
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "the page does not fit the screen"
    assert "RUNNING" in page.locator(".st-key-cluster").inner_text()
