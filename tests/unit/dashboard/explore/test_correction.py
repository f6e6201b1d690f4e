"""The panel of a chosen drawing, run by Streamlit's own test runner."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.connection.correcting import Correcting, correcting
from dashboard.explore.correction import INVITATION
from dashboard.look.correction import DIGITS_ONLY

ROW = {"drawing_id": "a", "number": "9", "confidence": 0.7, "ink": [bytes(784)]}


class FakeStream:
    """Takes corrections."""

    there = True

    def __init__(self) -> None:
        self.corrections: list[tuple[str, str, str]] = []

    def correct(self, drawing_id: str, number: str, read: str) -> Correcting:
        self.corrections.append((drawing_id, number, read))
        letter = correcting(drawing_id, number, read)
        if self.there:
            letter.mark_sent()
        return letter


def panel(row, corrected, stream) -> None:
    import streamlit as st

    from dashboard.explore.correction import show_chosen

    st.fragment(show_chosen)(row, corrected, stream)


@pytest.fixture
def stream() -> FakeStream:
    return FakeStream()


def shown(row: object, stream: FakeStream, corrected: dict[str, Correcting] | None = None) -> AppTest:
    return AppTest.from_function(panel, args=(row, corrected or {}, stream), default_timeout=60).run()


def press(page: AppTest, label: str) -> None:
    next(button for button in page.button if button.label == label).click().run()


def test_nothing_chosen_says_how_to_choose(stream):
    assert INVITATION in shown(None, stream).caption[0].value


@pytest.mark.parametrize("number", ["", "seven", "7 ", "٣", "-1"])
def test_only_digits_are_taken(stream, number):
    page = shown(ROW, stream)
    page.text_input[0].set_value(number)
    press(page, "Correct")
    assert DIGITS_ONLY in page.caption[0].value
    assert stream.corrections == []


def test_what_it_really_says_is_sent_with_what_was_read(stream):
    page = shown(ROW, stream)
    page.text_input[0].set_value("42")
    press(page, "Correct")
    press(page, "It shows no number")
    assert stream.corrections == [("a", "42", "9"), ("a", "", "9")]


@pytest.mark.parametrize(("there", "words"), [(True, "Kafka has it"), (False, "sent by itself")])
def test_it_says_whether_kafka_has_it(stream, there, words):
    stream.there = there
    page = shown(ROW, stream, {"a": stream.correct("a", "42", "9")})
    said = page.markdown[-1].value
    assert "You say it is **42**." in said
    assert words in said
