from unittest.mock import patch

import pytest

from dashboard.connection.correcting import Correcting, correcting
from dashboard.connection.outbox import OverloadedError
from dashboard.connection.question import Question
from dashboard.connection.stream import Stream
from dashboard.drawing.visit import BLANK, PATIENCE_SECONDS, REMEMBERED, Visit
from tests.unit.dashboard.fake_kafka import prediction


class FakeStream(Stream):
    """Takes every drawing and correction, answers when told to."""

    def __init__(self) -> None:
        self.asked: list[Question] = []
        self.told: list[Correcting] = []
        self.full = False

    def ask(self, drawing: bytes, source: str = "dashboard") -> Question:
        if self.full:
            raise OverloadedError("Too many drawings are waiting.")
        self.asked.append(Question(drawing, source))
        return self.asked[-1]

    def correct(self, drawing_id: str, number: str, read: str, source: str = "dashboard") -> Correcting:
        self.told.append(correcting(drawing_id, number, read, source))
        return self.told[-1]

    def answer(self, index: int = -1) -> None:
        self.asked[index].settle(prediction(self.asked[index].id))


@pytest.fixture
def stream() -> FakeStream:
    return FakeStream()


@pytest.fixture
def visit() -> Visit:
    return Visit()


def predict(visit: Visit, drawing: bytes | None, stream: FakeStream) -> None:
    visit.press_predict()
    visit.submit(drawing, stream)


def read(visit: Visit, drawing: bytes, stream: FakeStream) -> None:
    predict(visit, drawing, stream)
    stream.answer()


def drawings(visit: Visit) -> list[bytes]:
    return [asked.question.drawing for asked in visit.answered]


def test_nothing_is_sent_until_predict_is_pressed(visit: Visit, stream: FakeStream) -> None:
    visit.submit(b"seven", stream)
    assert stream.asked == []
    predict(visit, b"seven", stream)
    visit.submit(b"seven", stream)
    assert [question.drawing for question in stream.asked] == [b"seven"]


def test_blank_paper_is_a_hint_and_is_not_sent(visit: Visit, stream: FakeStream) -> None:
    predict(visit, None, stream)
    assert visit.notice == BLANK
    assert stream.asked == []
    predict(visit, b"7", stream)
    assert visit.notice == ""


def test_answers_come_into_the_history_newest_first(visit: Visit, stream: FakeStream) -> None:
    for drawing in (b"one", b"two"):
        predict(visit, drawing, stream)
        assert visit.wait(0) is not None
        assert visit.pending
        stream.answer()
        assert visit.wait(0) is None
        assert not visit.pending
    assert drawings(visit) == [b"two", b"one"]
    assert visit.shown is visit.answered[0]


def test_the_history_is_bounded(visit: Visit, stream: FakeStream) -> None:
    for number in range(REMEMBERED + 5):
        read(visit, b"%d" % number, stream)
    assert len(visit.answered) == REMEMBERED
    assert visit.answered[0].question.drawing == b"%d" % (REMEMBERED + 4)


def test_waiting_has_an_end_and_a_late_answer_still_counts(visit: Visit, stream: FakeStream) -> None:
    predict(visit, b"7", stream)
    with patch.object(Question, "seconds", PATIENCE_SECONDS + 0.1):
        assert visit.wait(0) is None
    assert visit.pending
    assert visit.shown is None
    assert len(visit.unsettled) == 1
    stream.answer()
    assert drawings(visit) == [b"7"]
    assert visit.unsettled == []


def test_what_still_waits_is_kept_when_another_is_asked(visit: Visit, stream: FakeStream) -> None:
    predict(visit, b"1", stream)
    predict(visit, b"2", stream)
    assert len(visit.unsettled) == 2
    stream.answer(0)
    stream.answer(1)
    assert drawings(visit) == [b"2", b"1"]


def test_an_overfull_outbox_is_said_and_the_drawing_is_kept(visit: Visit, stream: FakeStream) -> None:
    stream.full = True
    predict(visit, b"7", stream)
    assert visit.notice.startswith("Too many drawings are waiting.")
    assert not visit.pending


def test_a_resting_pen_asks_once_for_each_state_of_the_drawing(visit: Visit, stream: FakeStream) -> None:
    visit.submit(None, stream, rested=True)
    for drawing in (b"7", b"7", b"71"):
        visit.submit(drawing, stream, rested=True)
        visit.submit(drawing, stream)
    assert [question.drawing for question in stream.asked] == [b"7", b"71"]
    assert visit.notice == ""


def test_an_automatic_answer_takes_the_place_of_the_earlier_one_to_the_same_sheet(
    visit: Visit, stream: FakeStream
) -> None:
    read(visit, b"pressed", stream)
    for drawing in (b"7", b"71"):
        visit.submit(drawing, stream, rested=True)
        assert len(visit.answered) == len(stream.asked) - 1
        stream.answer()
    assert drawings(visit) == [b"71", b"pressed"]
    visit.clear_canvas()
    visit.submit(b"8", stream, rested=True)
    stream.answer()
    assert drawings(visit) == [b"8", b"71", b"pressed"]


def test_a_corrected_automatic_answer_stays(visit: Visit, stream: FakeStream) -> None:
    visit.submit(b"7", stream, rested=True)
    stream.answer()
    visit.correct(visit.answered[0], "1", stream)
    visit.submit(b"71", stream, rested=True)
    stream.answer()
    assert drawings(visit) == [b"71", b"7"]


def test_drawing_on_cancels_the_automatic_question_but_not_the_pressed_one(visit: Visit, stream: FakeStream) -> None:
    predict(visit, b"pressed", stream)
    visit.submit(b"7", stream, rested=True)
    visit.submit(b"71", stream)
    assert [asked.question.drawing for asked in visit.unsettled] == [b"pressed"]


def test_a_correction_is_sent_and_a_second_thought_replaces_it(visit: Visit, stream: FakeStream) -> None:
    read(visit, b"7", stream)
    asked = visit.answered[0]
    assert asked.corrected is None
    visit.correct(asked, "1", stream)
    assert asked.corrected == "1"
    visit.correct(asked, "", stream)
    assert asked.corrected == ""
    told = [letter.correction for letter in stream.told]
    assert [(one.drawing_id, one.number, one.read) for one in told] == [(asked.id, "1", "7"), (asked.id, "", "7")]


def test_a_correction_on_its_way_is_unsettled_until_kafka_has_it(visit: Visit, stream: FakeStream) -> None:
    read(visit, b"7", stream)
    visit.correct(visit.answered[0], "1", stream)
    assert len(visit.unsettled) == 1
    stream.told[0].mark_sent()
    assert visit.unsettled == []


def test_an_impossible_correction_is_said(visit: Visit, stream: FakeStream) -> None:
    read(visit, b"7", stream)
    visit.correct(visit.answered[0], "seven", stream)
    assert visit.notice
    assert visit.answered[0].corrected is None


def test_an_earlier_answer_can_be_looked_at_until_the_next_press(visit: Visit, stream: FakeStream) -> None:
    read(visit, b"1", stream)
    read(visit, b"2", stream)
    newest, earlier = visit.answered
    visit.look_at(earlier.id)
    assert visit.shown is earlier
    visit.look_at()
    assert visit.shown is newest
    visit.look_at(earlier.id)
    read(visit, b"3", stream)
    assert visit.shown is visit.answered[0] is not earlier


def test_clearing_the_canvas_keeps_the_predictions(visit: Visit, stream: FakeStream) -> None:
    read(visit, b"7", stream)
    predict(visit, None, stream)
    visit.clear_canvas()
    assert visit.notice == ""
    assert len(visit.answered) == 1


def test_clearing_the_predictions_forgets_what_still_waits_too(visit: Visit, stream: FakeStream) -> None:
    read(visit, b"7", stream)
    predict(visit, b"8", stream)
    visit.clear_predictions()
    assert visit.wait(0) is None
    stream.answer()
    assert visit.answered == visit.unsettled == []
