"""Takes the README's pictures of the running stack: ``make screenshots``."""

import subprocess
import sys

from playwright.sync_api import Page, expect

from bench.browser import PREDICT, draw, open_browser
from pipeline.settings import REPOSITORY, settings
from tests.integration.test_dashboard import ANSWER_MS, FORTY_TWO

IMAGES = REPOSITORY / "docs" / "images"


def dashboard(page: Page) -> None:
    """A number, drawn and read."""
    page.goto(settings().dashboard)
    for stroke in FORTY_TWO:
        draw(page, stroke)
    page.get_by_role("button", name=PREDICT).click()
    expect(page.get_by_text("Read in")).to_be_visible(timeout=ANSWER_MS)
    expect(page.get_by_text("This session")).to_be_visible(timeout=ANSWER_MS)
    page.mouse.move(0, 0)
    page.screenshot(path=IMAGES / "dashboard.png")


def throughput(page: Page) -> None:
    """The stream under a minute of load."""
    page.goto(f"{settings().dashboard}/throughput")
    load = [sys.executable, "-m", "producers.replay", "--count", "9000", "--rate", "150", "--report"]
    subprocess.run(load, cwd=REPOSITORY, check=True, capture_output=True)
    page.screenshot(path=IMAGES / "throughput.png")


def lakehouse(page: Page) -> None:
    """What was read least certainly."""
    page.goto(f"{settings().dashboard}/explore")
    page.get_by_role("combobox", name="Order").click(timeout=ANSWER_MS)
    page.get_by_role("option", name="Least certain first").click()
    expect(page.locator("canvas").first).to_be_visible(timeout=ANSWER_MS)
    page.wait_for_timeout(5_000)
    page.screenshot(path=IMAGES / "lakehouse.png")


def flink(page: Page) -> None:
    """The job's graph in Flink's Web UI."""
    page.goto(f"{settings().flink_rest}/#/job/running")
    page.get_by_text(settings().job_name).first.click()
    expect(page.get_by_text("DecodeDrawings").first).to_be_visible(timeout=ANSWER_MS)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=IMAGES / "flink.png")


if __name__ == "__main__":
    IMAGES.mkdir(parents=True, exist_ok=True)
    with open_browser() as browser:
        for picture in (dashboard, throughput, lakehouse, flink):
            picture(browser.new_page(viewport={"width": 1440, "height": 900}))
