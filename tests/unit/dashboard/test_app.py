"""The page's logic, run by Streamlit's own test runner; only the browser's canvas and Kafka are played."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from PIL import Image
from streamlit.testing.v1 import AppTest

import dashboard
from tests.unit.dashboard.fake_kafka import FakeKafka

pytestmark = pytest.mark.skipif(
    not hasattr(AppTest, "html"), reason="this Streamlit (the last for Python 3.10) has an AppTest without html"
)

APP = Path(dashboard.__file__).with_name("app.py")


class FakeCanvas:
    """What the browser's canvas reports: blank, or one stroke."""

    def __init__(self) -> None:
        png = io.BytesIO()
        Image.new("RGB", (64, 40), "white").save(png, "PNG")
        self.image_bytes = png.getvalue()
        self.json_data: dict[str, list[dict[str, str]]] = {"objects": []}
        self.sheets: list[str] = []
        self.pens: list[int] = []

    def draw(self) -> None:
        self.json_data = {"objects": [{"type": "Path"}]}

    def __call__(self, *, key: str, stroke_width: int, **_: object) -> "FakeCanvas":
        self.sheets.append(key)
        self.pens.append(stroke_width)
        return self


@pytest.fixture(autouse=True)
def canvas(monkeypatch: pytest.MonkeyPatch) -> FakeCanvas:
    AppTest.from_string("import dashboard.canvas").run()  # the component can be imported within an app alone
    fake = FakeCanvas()
    monkeypatch.setattr("dashboard.canvas.st_canvas", fake)
    return fake


@pytest.fixture
def page() -> Iterator[AppTest]:
    """The page as one session sees it, connected to ``kafka`` and drawing on ``canvas``."""
    st.cache_resource.clear()
    yield AppTest.from_file(str(APP), default_timeout=20).run()
    st.cache_resource.clear()


def press(page: AppTest, label: str) -> None:
    next(button for button in page.button if button.label == label).click().run()
    assert not page.exception


def number(page: AppTest) -> str:
    """The text of the large number."""
    bodies = [element.value for element in page.html]
    (output,) = (body for body in bodies if body.startswith("<output"))
    return output.split(">")[1].removesuffix("</output")


def test_blank_paper_gets_a_hint_and_nothing_is_sent(page: AppTest, kafka: FakeKafka) -> None:
    assert number(page) == "?"
    press(page, "Predict")
    assert "blank" in page.warning[0].value
    assert kafka.taken == []


def test_the_answer_is_shown_with_its_confidence_and_in_the_history(
    page: AppTest, kafka: FakeKafka, canvas: FakeCanvas
) -> None:
    canvas.draw()
    press(page, "Predict")
    assert number(page) == "7"
    assert [value for _, value in kafka.taken] == [canvas.image_bytes]
    assert any("91.0%" in text.value and "sure" in text.value for text in page.markdown)
    assert len(page.get("image")) == 1
    assert len(page.get("vega_lite_chart")) == 1
    assert not page.segmented_control[1:]


def test_each_digit_of_a_number_can_be_chosen(page: AppTest, kafka: FakeKafka, canvas: FakeCanvas) -> None:
    kafka.number = "42"
    canvas.draw()
    press(page, "Predict")
    assert number(page) == "42"
    first_chart = page.get("vega_lite_chart")[0].proto.alt
    page.segmented_control[1].set_value(1).run()
    assert "4 is the likeliest" in first_chart
    assert "2 is the likeliest" in page.get("vega_lite_chart")[0].proto.alt


def test_a_rejection_is_shown_with_its_reason(page: AppTest, kafka: FakeKafka, canvas: FakeCanvas) -> None:
    kafka.number = ""
    canvas.draw()
    press(page, "Predict")
    assert page.warning[0].value == "There is too much on this drawing."
    assert number(page) == "—"
    assert any("not read" in text.value for text in page.markdown)


def test_no_answer_in_time_is_a_sentence(
    page: AppTest, kafka: FakeKafka, canvas: FakeCanvas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.visit.PATIENCE_SECONDS", 0.0)
    kafka.number = None
    canvas.draw()
    press(page, "Predict")
    assert page.warning[0].value.startswith("No answer within")


def test_kafka_that_comes_back_is_found_at_the_next_press(page: AppTest, kafka: FakeKafka, canvas: FakeCanvas) -> None:
    kafka.takes_drawings = False
    canvas.draw()
    press(page, "Predict")
    assert "takes no drawings" in page.warning[0].value
    kafka.takes_drawings = True
    press(page, "Predict")
    assert not page.warning
    assert number(page) == "7"


def test_both_clear_buttons_clear_their_own(page: AppTest, canvas: FakeCanvas) -> None:
    canvas.draw()
    press(page, "Predict")
    press(page, "Clear Canvas")
    assert len(set(canvas.sheets)) == 2
    assert number(page) == "7"
    press(page, "Clear Predictions")
    assert len(set(canvas.sheets)) == 2
    assert number(page) == "?"
    assert not page.get("image")


def test_the_pen_reaches_the_canvas(page: AppTest, canvas: FakeCanvas) -> None:
    page.segmented_control[0].set_value("Broad").run()
    assert canvas.pens[-1] > canvas.pens[0]


def test_sessions_share_the_connection_but_not_their_predictions(
    page: AppTest, kafka: FakeKafka, canvas: FakeCanvas
) -> None:
    canvas.draw()
    press(page, "Predict")
    other = AppTest.from_file(str(APP), default_timeout=20).run()
    assert number(other) == "?"
    assert kafka.connections == 1
