"""How long people wait on the running, idle stack, in a browser and by HTTP: ``python -m bench.dashboard``.

Draws a 7 with the mouse and presses Predict, twenty times; a press counts until the browser paints the answer.
Prints a line of JSON: medians and worst, in milliseconds.
"""

import argparse
import io
import shutil
import statistics
import time
from collections.abc import Iterator

import requests
from PIL import Image, ImageDraw
from playwright.sync_api import Page, sync_playwright

from bench.command import ended, print_json, progress
from pipeline.errors import InkstreamError
from pipeline.settings import settings

TIMES = 20
SEVEN = [(0.40, 0.22), (0.60, 0.20), (0.58, 0.30), (0.50, 0.52), (0.46, 0.80)]
REST_MS = 700
"""Between two presses: a stack that is idle, as somebody's who draws."""
WATCH = """() => {
    window.pressed = window.painted = 0;
    addEventListener("click", (event) => {
        if (event.target.closest(".st-key-predict")) [window.pressed, window.painted] = [performance.now(), 0];
    }, true);
    const look = () => {
        const number = document.querySelector("output.number:not(.faint, .waiting)");
        if (number && window.pressed && !window.painted) window.painted = performance.now();
        requestAnimationFrame(look);
    };
    look();
}"""


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    return ended(
        measure, argparse.ArgumentParser("python -m bench.dashboard", description=__doc__).parse_args(arguments)
    )


def measure(_: argparse.Namespace) -> None:
    """Measure both and print the figures."""
    url = settings().dashboard
    by_http = list(_posts(url))[1:]
    in_browser = list(_presses(url))
    print_json(
        {
            "predict_median_ms": round(statistics.median(in_browser)),
            "predict_worst_ms": round(max(in_browser)),
            "post_wait_median_ms": round(statistics.median(by_http)),
            "post_wait_worst_ms": round(max(by_http)),
        }
    )


def _posts(url: str) -> Iterator[float]:
    session = requests.Session()
    drawing = _seven()
    for _ in range(TIMES + 1):
        began = time.monotonic()
        try:
            session.post(f"{url}/api/drawings?wait=30", drawing, timeout=40).raise_for_status()
        except requests.RequestException as error:
            raise InkstreamError(f"The dashboard at {url} does not answer; make start starts it. ({error})") from error
        yield (time.monotonic() - began) * 1_000
        time.sleep(REST_MS / 1_000)


def _seven() -> bytes:
    image = Image.new("L", (720, 440), 255)
    ImageDraw.Draw(image).line([(x * 720, y * 440) for x, y in SEVEN], fill=0, width=18)
    png = io.BytesIO()
    image.save(png, "PNG")
    return png.getvalue()


def _presses(url: str) -> Iterator[float]:
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        raise InkstreamError("There is no Chromium to press Predict in: install it (apt-get install chromium).")
    with sync_playwright() as playwright, progress("Predict") as advance:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(url)
        page.locator(".st-key-canvas canvas").last.wait_for(timeout=60_000)
        page.evaluate(WATCH)
        for number in range(TIMES + 1):
            milliseconds = _press(page)
            if number:  # the first loads what the page shows
                yield milliseconds
            advance("pressed", number, TIMES)
        browser.close()


def _press(page: Page) -> float:
    page.wait_for_timeout(REST_MS)
    box = page.locator(".st-key-canvas canvas").last.bounding_box()
    assert box is not None
    (left, top), *corners = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in SEVEN]
    page.mouse.move(left, top)
    page.mouse.down()
    for x, y in corners:
        page.mouse.move(x, y, steps=6)
    page.mouse.up()
    page.locator(".st-key-predict button").click()
    page.wait_for_function("window.painted", timeout=30_000)
    milliseconds: float = page.evaluate("window.painted - window.pressed")
    for button in ("clear-predictions", "clear-canvas"):
        page.wait_for_timeout(REST_MS)
        page.locator(f".st-key-{button} button").click()
    return milliseconds


if __name__ == "__main__":
    raise SystemExit(main())
