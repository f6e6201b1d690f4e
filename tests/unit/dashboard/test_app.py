"""The page's logic, run by Streamlit's own test runner; only the browser's canvas and Kafka are played."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
import streamlit as st
from PIL import Image
from streamlit.testing.v1 import AppTest

import dashboard
from dashboard.connection.question import Question
from dashboard.connection.shared import shared_stream
from dashboard.drawing.pens import INK, PAPER
from dashboard.drawing.visit import Visit
from tests.unit.dashboard.fake_kafka import FakeKafka

pytestmark = pytest.mark.skipif(
    not hasattr(AppTest, "html"), reason="this Streamlit (the last for Python 3.10) has an AppTest without html"
)

APP = Path(dashboard.__file__).with_name("app.py")


class FakeCanvas:
    """What the browser's canvas reports: blank, or as many strokes as were drawn."""

    def __init__(self) -> None:
        self.strokes: list[str] = []
        self.pens: list[tuple[int, str]] = []

    def draw(self, colour: str = INK) -> None:
        self.strokes.append(colour)

    def clear(self) -> None:
        self.strokes = []

    @property
    def json_data(self) -> dict[str, list[dict[str, str]]]:
        return {"objects": [{"type": "Path", "stroke": colour} for colour in self.strokes]}

    @property
    def image_bytes(self) -> bytes:
        image = Image.new("RGB", (64, 40), "white")
        for at, colour in enumerate(self.strokes):
            image.paste(colour, (4 * at, 8, 4 * at + 3, 30) if colour != PAPER else (0, 0, 64, 40))
        png = io.BytesIO()
        image.save(png, "PNG")
        return png.getvalue()

    def __call__(self, *, stroke_width: int, stroke_color: str, **_: object) -> "FakeCanvas":
        self.pens.append((stroke_width, stroke_color))
        return self


@pytest.fixture(autouse=True)
def canvas(monkeypatch: pytest.MonkeyPatch) -> FakeCanvas:
    AppTest.from_string("import dashboard.drawing.canvas").run()  # the component can be imported within an app alone
    fake = FakeCanvas()
    monkeypatch.setattr("dashboard.drawing.canvas.st_canvas", fake)
    return fake


@pytest.fixture
def page() -> Iterator[AppTest]:
    """The page as one session sees it, connected to ``kafka`` and drawing on ``canvas``."""
    shared_stream.cache_clear()
    st.cache_resource.clear()
    yield open_page()
    shared_stream().close()
    shared_stream.cache_clear()


def open_page() -> AppTest:
    page = AppTest.from_file(str(APP), default_timeout=60).run()
    assert not page.exception
    return page


def press(page: AppTest, label: str) -> None:
    next(button for button in page.button if button.label == label).click().run()
    assert not page.exception


def number(page: AppTest) -> str:
    """The text of the large number."""
    return headline(page).split("</output>")[0].split(">")[1]


def headline(page: AppTest) -> str:
    """The number and the words below it."""
    (body,) = (element.value for element in page.html if element.value.startswith("<output"))
    return body


def cards(page: AppTest) -> list[dict[str, str | None]]:
    """What the cards of the history show."""
    shown = [element.proto for element in page.get("bidi_component") if element.proto.component_name == "history"]
    return [card for proto in shown for card in json.loads(proto.json)["cards"]]


def framed(page: AppTest) -> list[tuple[str, bool]]:
    """The digits framed on the paper, and whether each is the chosen one."""
    (proto,) = (element.proto for element in page.get("bidi_component") if element.proto.component_name == "boxes")
    return [(str(digit["digit"]), digit["chosen"]) for digit in json.loads(proto.json)["digits"]]


def charted(page: AppTest) -> int:
    """The digit whose bar stands out."""
    (chart,) = page.get("vega_lite_chart")
    rows = pa.ipc.open_stream(chart.proto.data.data).read_all().to_pylist()
    (read,) = (row["digit"] for row in rows if row["read"])
    return int(read)


def texts(page: AppTest) -> str:
    return " ".join(element.value for element in (*page.markdown, *page.caption))


def test_blank_paper_gets_a_hint_and_nothing_is_sent(page: AppTest, kafka: FakeKafka) -> None:
    assert number(page) == "?"
    press(page, "Predict")
    assert "blank" in headline(page)
    assert kafka.taken == []


def test_a_rubbed_out_drawing_is_blank(page: AppTest, kafka: FakeKafka, canvas: FakeCanvas) -> None:
    canvas.draw()
    canvas.draw(PAPER)
    press(page, "Predict")
    assert "blank" in headline(page)
    assert kafka.taken == []


def test_the_answer_is_shown_with_its_confidence_and_in_the_history(
    page: AppTest, kafka: FakeKafka, canvas: FakeCanvas
) -> None:
    canvas.draw()
    press(page, "Predict")
    assert number(page) == "7"
    assert [value for _, value in kafka.taken] == [canvas.image_bytes]
    assert "91.0%" in headline(page)
    assert [card["read"] for card in cards(page)] == ["7"]
    assert charted(page) == 7


def test_each_digit_of_a_number_can_be_chosen(page: AppTest, kafka: FakeKafka, canvas: FakeCanvas) -> None:
    kafka.number = "42"
    canvas.draw()
    press(page, "Predict")
    assert number(page) == "42"
    assert (charted(page), framed(page)) == (4, [("4", True), ("2", False)])
    page.segmented_control[1].set_value(1).run()
    assert (charted(page), framed(page)) == (2, [("4", False), ("2", True)])


@pytest.mark.parametrize(("digits", "words"), [("7", "sure"), ("42", "look twice"), ("7777777777", "Perhaps it is no")])
def test_an_unsure_answer_says_so(page: AppTest, kafka: FakeKafka, canvas: FakeCanvas, digits: str, words: str) -> None:
    kafka.number = digits
    canvas.draw()
    press(page, "Predict")
    assert words in headline(page)


def test_a_rejection_is_shown_with_its_reason(page: AppTest, kafka: FakeKafka, canvas: FakeCanvas) -> None:
    kafka.number = ""
    canvas.draw()
    press(page, "Predict")
    assert "There is too much on this drawing." in headline(page)
    assert number(page) == "—"
    assert cards(page)[0]["read"] == "not read"


def test_what_takes_longer_is_kept_and_shown_by_itself(
    page: AppTest, kafka: FakeKafka, canvas: FakeCanvas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.drawing.visit.PATIENCE_SECONDS", 0.0)
    kafka.takes_drawings = False
    canvas.draw()
    press(page, "Predict")
    assert "by itself" in headline(page)
    assert "waits here for Kafka" in texts(page)
    kafka.takes_drawings = True
    assert question_of(page).wait(20)
    page.run()
    assert number(page) == "7"
    assert "waits" not in texts(page)


def test_what_kafka_has_waits_for_the_job(
    page: AppTest, kafka: FakeKafka, canvas: FakeCanvas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.drawing.visit.PATIENCE_SECONDS", 0.0)
    kafka.number = None
    canvas.draw()
    press(page, "Predict")
    assert question_of(page).wait_sent(20)
    page.run()
    assert "waits on Kafka for the job" in texts(page)


def question_of(page: AppTest) -> Question:
    return visit_of(page).unsettled[0].question


def visit_of(page: AppTest) -> Visit:
    visit = page.session_state["visit"]
    assert isinstance(visit, Visit)
    return visit


def test_a_correction_is_sent_and_marked(page: AppTest, kafka: FakeKafka, canvas: FakeCanvas) -> None:
    kafka.number = "42"
    canvas.draw()
    press(page, "Predict")
    press(page, "9")
    assert [(one.number, one.read) for one in kafka.corrections] == [("92", "42")]
    assert (cards(page)[0]["read"], cards(page)[0]["corrected"]) == ("42", "92")
    assert "You say it is **92**. Kafka has it." in texts(page)
    press(page, "42 was right")
    assert [one.number for one in kafka.corrections] == ["92", "42"]
    assert cards(page)[0]["corrected"] == "42"


def test_every_digit_can_be_said(page: AppTest, kafka: FakeKafka, canvas: FakeCanvas) -> None:
    canvas.draw()
    press(page, "Predict")
    said = [value for value in range(10) if value != 7]
    for value in said:
        press(page, str(value))
    assert [one.number for one in kafka.corrections] == [str(value) for value in said]


def test_the_whole_number_can_be_typed(page: AppTest, kafka: FakeKafka, canvas: FakeCanvas) -> None:
    canvas.draw()
    press(page, "Predict")
    for typed in ("seven", "", "7" * 33, "٧"):
        page.text_input[0].set_value(typed)
        press(page, "Correct")
        assert "Digits only" in texts(page)
    assert kafka.corrections == []
    page.text_input[0].set_value("177")
    press(page, "Correct")
    press(page, "It shows no number")
    assert [one.number for one in kafka.corrections] == ["177", ""]


def test_an_earlier_answer_is_shown_again(page: AppTest, kafka: FakeKafka, canvas: FakeCanvas) -> None:
    canvas.draw()
    press(page, "Predict")
    canvas.draw()
    kafka.number = "42"
    press(page, "Predict")
    visit_of(page).look_at(str(cards(page)[-1]["id"]))
    page.run()
    assert number(page) == "7"
    assert any('class="picture"' in element.value for element in page.html)
    press(page, "Back to the newest")
    assert number(page) == "42"


def test_both_clear_buttons_clear_their_own(page: AppTest, canvas: FakeCanvas) -> None:
    canvas.draw()
    press(page, "Predict")
    canvas.clear()  # in the browser, the press does it
    press(page, "Clear Canvas")
    assert number(page) == "7"
    press(page, "Clear Predictions")
    assert number(page) == "?"
    assert cards(page) == []


def test_the_pen_reaches_the_canvas(page: AppTest, canvas: FakeCanvas) -> None:
    page.segmented_control[0].set_value("Broad").run()
    assert canvas.pens[-1] > canvas.pens[0]
    page.segmented_control[0].set_value("Eraser").run()
    assert canvas.pens[-1][1] == PAPER


def test_sessions_share_the_connection_but_not_their_predictions(
    page: AppTest, kafka: FakeKafka, canvas: FakeCanvas
) -> None:
    canvas.draw()
    press(page, "Predict")
    assert number(page) == "7"
    assert number(open_page()) == "?"
    assert kafka.connections == 1
