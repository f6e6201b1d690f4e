"""Somebody draws numbers in a real browser, and the running stack reads them, whatever dies in between."""

import re
from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import urlsplit

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from bench.browser import PREDICT, SEVEN, draw, on_screen, paper, place
from pipeline.messages import Correction
from pipeline.settings import Settings
from producers.broker import connect_consumer
from tests.integration.stack import PATIENCE_SECONDS, Stack, eventually

FORTY_TWO = [
    [(0.30, 0.22), (0.22, 0.55), (0.42, 0.55)],
    [(0.37, 0.35), (0.36, 0.82)],
    [(0.52, 0.34), (0.56, 0.24), (0.64, 0.22), (0.69, 0.32), (0.64, 0.50), (0.52, 0.78), (0.72, 0.78)],
]
ONE = [(0.80, 0.22), (0.80, 0.50), (0.80, 0.80)]
ANSWER_MS = 30_000
RECOVERY_MS = PATIENCE_SECONDS * 1_000


@pytest.fixture(params=[(1440, 900), (390, 844)], ids=["desk", "phone"])
def page(browser: Browser, stack: Settings, request: pytest.FixtureRequest) -> Iterator[Page]:
    yield from open_page(browser, stack, *request.param)


@pytest.fixture
def desk(browser: Browser, stack: Settings) -> Iterator[Page]:
    yield from open_page(browser, stack, 1440, 900)


def open_page(browser: Browser, stack: Settings, width: int, height: int) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": width, "height": height})
    page.set_default_timeout(ANSWER_MS)
    page.goto(stack.dashboard)
    yield page
    page.close()


def predict(page: Page) -> None:
    page.get_by_role("button", name=PREDICT).click()


def expect_number(page: Page, number: str, within_ms: int = ANSWER_MS) -> None:
    expect(page.get_by_role("status")).to_have_text(number, timeout=within_ms)


def expect_cards(page: Page, count: int) -> None:
    expect(page.locator(".st-key-history button")).to_have_count(count, timeout=ANSWER_MS)


def test_a_seven_is_read_and_both_clear_buttons_clear(page: Page, stack: Settings) -> None:
    asked_for: list[str] = []
    page.on("request", lambda request: asked_for.append(request.url))
    page.reload()
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert paper(page)["width"] <= width, "the canvas does not fit the screen"

    draw(page, SEVEN)
    predict(page)
    expect_number(page, "7")
    expect_cards(page, 1)
    assert page.locator(".stMain").evaluate("main => main.scrollWidth") <= width, "the page scrolls sideways"

    page.get_by_role("button", name="Clear Predictions").click()
    expect_number(page, "?")
    expect_cards(page, 0)
    page.get_by_role("button", name="Clear Canvas").click()
    predict(page)
    expect(page.locator(".words")).to_contain_text("blank")
    hosts = {urlsplit(url).hostname for url in asked_for if url.startswith("http")}
    assert hosts == {stack.host}, "the page needs the internet"


def test_the_digits_of_a_number_are_framed_until_the_drawing_changes(page: Page) -> None:
    for stroke in FORTY_TWO:
        draw(page, stroke)
    predict(page)
    expect_number(page, "42")

    frames = page.locator(".st-key-boxes .frame")
    expect(frames).to_have_count(2)
    sheet = paper(page)
    for frame, strokes in zip(frames.all(), (FORTY_TWO[:2], FORTY_TWO[2:]), strict=True):
        box = place(frame)
        xs = [sheet["x"] + x * sheet["width"] for stroke in strokes for x, _ in stroke]
        ys = [sheet["y"] + y * sheet["height"] for stroke in strokes for _, y in stroke]
        assert box["x"] < min(xs) < max(xs) < box["x"] + box["width"]
        assert box["y"] < min(ys) < max(ys) < box["y"] + box["height"]
        assert box["width"] < max(xs) - min(xs) + 0.1 * sheet["width"]

    page.get_by_role("radio", name="2", exact=True).click()
    expect(page.locator(".st-key-boxes .chosen text")).to_have_text("2")
    draw(page, ONE)
    expect(frames).to_have_count(0)


def test_a_finger_draws_and_does_not_scroll_the_page(browser: Browser, stack: Settings) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.set_default_timeout(ANSWER_MS)
    page.goto(stack.dashboard)
    sheet = paper(page)
    corners = [{"x": x, "y": y} for x, y in on_screen(sheet, SEVEN)]
    finger = page.context.new_cdp_session(page)
    for start, end in pairwise(corners):
        if start is corners[0]:
            finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [start]})
        for part in (0.25, 0.5, 0.75, 1.0):
            point = {axis: start[axis] + part * (end[axis] - start[axis]) for axis in "xy"}
            finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    assert paper(page) == sheet, "the page has moved under the finger"
    page.get_by_role("button", name=PREDICT).tap()
    expect_number(page, "7")
    page.close()


def test_the_menu_of_a_narrow_window_closes_when_a_page_is_chosen(browser: Browser, stack: Settings) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.set_default_timeout(ANSWER_MS)
    page.goto(stack.dashboard)
    paper(page)
    for name in ("Lakehouse", "Draw"):
        page.get_by_test_id("stExpandSidebarButton").click()
        page.get_by_test_id("stSidebar").get_by_role("link", name=re.compile(rf"{name}$")).click()
        expect(page.get_by_test_id("stExpandSidebarButton")).to_be_visible()
        expect(page.get_by_test_id("stSidebar")).not_to_be_in_viewport()
    page.close()


def test_undo_and_redo(desk: Page) -> None:
    draw(desk, SEVEN)
    draw(desk, ONE)
    desk.get_by_role("button", name="Undo").last.click()
    predict(desk)
    expect_number(desk, "7")
    desk.keyboard.press("Control+y")
    predict(desk)
    expect_number(desk, "71")
    desk.keyboard.press("Control+z")
    predict(desk)
    expect_number(desk, "7")


def test_what_is_rubbed_out_is_not_read(desk: Page) -> None:
    draw(desk, SEVEN)
    draw(desk, ONE)
    desk.get_by_role("radio", name="Eraser").click()
    expect(desk.get_by_role("radio", name="Eraser")).to_be_checked()
    draw(desk, [(0.80, 0.12), (0.80, 0.92)])
    predict(desk)
    expect_number(desk, "7")
    draw(desk, [(x, y) for x in (0.36, 0.41, 0.46, 0.51, 0.56, 0.61, 0.66) for y in (0.08, 0.95)])
    predict(desk)
    expect(desk.locator(".words")).to_contain_text("blank")


def test_the_automatic_mode_reads_when_the_pen_rests(desk: Page) -> None:
    desk.get_by_text("Automatic").click()
    expect(desk.get_by_role("switch", name="Automatic")).to_be_checked()
    draw(desk, SEVEN)
    expect_number(desk, "7")
    draw(desk, ONE)
    expect_number(desk, "71")
    expect_cards(desk, 1)


def test_enter_predicts_and_a_reload_keeps_the_history(desk: Page) -> None:
    draw(desk, SEVEN)
    desk.keyboard.press("Enter")
    expect_number(desk, "7")
    desk.reload()
    expect_cards(desk, 1)
    expect_number(desk, "7")


def test_one_click_sends_a_correction(desk: Page, stack: Settings) -> None:
    consumer = connect_consumer(stack, [stack.corrections_topic])
    draw(desk, SEVEN)
    predict(desk)
    expect_number(desk, "7")
    desk.locator(".st-key-correction").get_by_role("button").first.click()
    expect(desk.locator(".st-key-thanks")).to_contain_text("Kafka has it")

    (record,) = [record for records in consumer.poll(timeout_ms=ANSWER_MS).values() for record in records]
    consumer.close()
    correction = Correction.from_json(record.value)
    assert record.key.decode() == correction.drawing_id
    assert correction.read == "7"
    assert correction.number in set("012345689")
    card = desk.locator(".st-key-history button")
    expect(card.locator("del")).to_have_text("7")
    expect(card).to_contain_text(correction.number)


def test_a_press_while_the_broker_is_dead_is_answered_by_itself(desk: Page, running: Stack) -> None:
    draw(desk, SEVEN)
    note = desk.locator(".st-key-trouble").get_by_role("alert")
    expect(note).to_have_count(0)
    running.kill(running.process("kafka"))
    predict(desk)
    expect(note).to_contain_text("Kafka")
    expect_number(desk, "7", RECOVERY_MS)
    expect_cards(desk, 1)
    expect(note).to_have_count(0, timeout=RECOVERY_MS)


def test_a_drawing_survives_the_dashboards_server(desk: Page, running: Stack) -> None:
    draw(desk, SEVEN)
    predict(desk)
    expect_number(desk, "7")
    draw(desk, ONE)
    running.kill(running.process("dashboard"))
    await_server(running.settings)
    predict(desk)
    expect_number(desk, "71", RECOVERY_MS)


@eventually
def await_server(stack: Settings) -> None:
    requests.get(stack.dashboard, timeout=5).raise_for_status()
