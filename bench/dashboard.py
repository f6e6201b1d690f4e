"""How long people wait on the running, idle stack, in a browser and by HTTP: ``python -m bench.dashboard``.

Draws a 7 with the mouse and presses Predict, twenty times; a press counts until the browser paints the answer.
Prints a line of JSON: medians and worst, in milliseconds.
"""

import argparse
import io
import statistics
import time
from collections.abc import Iterator

import requests
from PIL import Image, ImageDraw
from playwright.sync_api import Page

from bench.browser import PREDICT, SEVEN, draw, open_browser
from bench.command import ended, print_json, progress
from pipeline.errors import InkstreamError
from pipeline.settings import settings

TIMES = 20
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
    with open_browser() as browser, progress("Predict") as advance:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(url)
        page.locator(".st-key-canvas canvas").last.wait_for(timeout=60_000)
        page.evaluate(WATCH)
        for number in range(TIMES + 1):
            milliseconds = _press(page)
            if number:  # the first loads what the page shows
                yield milliseconds
            advance("pressed", number, TIMES)


def _press(page: Page) -> float:
    page.wait_for_timeout(REST_MS)
    draw(page, SEVEN)
    page.get_by_role("button", name=PREDICT).click()
    page.wait_for_function("window.painted", timeout=30_000)
    milliseconds: float = page.evaluate("window.painted - window.pressed")
    for button in ("Clear Predictions", "Clear Canvas"):
        page.wait_for_timeout(REST_MS)
        page.get_by_role("button", name=button).click()
    return milliseconds


if __name__ == "__main__":
    raise SystemExit(main())
