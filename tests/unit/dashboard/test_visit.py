import pytest

from dashboard import visit as visit_module
from dashboard.question import Question
from dashboard.stream import Stream, StreamAwayError
from dashboard.visit import BLANK, REMEMBERED, Visit
from tests.unit.dashboard.fake_kafka import prediction


class FakeStream(Stream):
    """Takes every drawing, answers when told to."""

    def __init__(self) -> None:
        self.asked: list[Question] = []
        self.away = False

    def ask(self, drawing: bytes) -> Question:
        if self.away:
            raise StreamAwayError("Kafka does not answer")
        self.asked.append(Question(drawing))
        return self.asked[-1]

    def settle(self) -> None:
        question = self.asked[-1]
        question.settle(prediction(question.id))


@pytest.fixture
def stream() -> FakeStream:
    return FakeStream()


@pytest.fixture
def visit() -> Visit:
    return Visit()


def predict(visit: Visit, drawing: bytes | None, stream: FakeStream) -> None:
    visit.press_predict()
    visit.submit(drawing, stream)


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


def test_an_answer_comes_into_the_history_newest_first(visit: Visit, stream: FakeStream) -> None:
    for drawing in (b"one", b"two"):
        predict(visit, drawing, stream)
        assert visit.wait(0) is not None
        stream.settle()
        assert visit.wait(0) is None
    assert [question.drawing for question in visit.answered] == [b"two", b"one"]


def test_the_history_is_bounded(visit: Visit, stream: FakeStream) -> None:
    for number in range(REMEMBERED + 5):
        predict(visit, b"%d" % number, stream)
        stream.settle()
    assert len(visit.answered) == REMEMBERED
    assert visit.answered[0].drawing == b"%d" % (REMEMBERED + 4)


def test_pressing_again_keeps_what_was_answered_before(visit: Visit, stream: FakeStream) -> None:
    predict(visit, b"7", stream)
    stream.settle()
    predict(visit, b"7", stream)
    stream.settle()
    assert len(visit.answered) == 2


def test_kafka_away_is_a_notice_until_the_next_press(visit: Visit, stream: FakeStream) -> None:
    stream.away = True
    predict(visit, b"7", stream)
    assert visit.notice.startswith("Kafka does not answer. Your drawing is kept")
    assert visit.wait(0) is None
    stream.away = False
    predict(visit, b"7", stream)
    assert visit.notice == ""
    assert len(stream.asked) == 1


def test_patience_ends_in_a_notice_and_a_late_answer_still_counts(
    visit: Visit, stream: FakeStream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visit_module, "PATIENCE_SECONDS", 0.0)
    predict(visit, b"7", stream)
    assert visit.wait(0) is None
    assert visit.notice.startswith("No answer within")
    assert visit.answered == []
    stream.settle()
    assert len(visit.answered) == 1


def test_clearing_the_canvas_keeps_the_predictions(visit: Visit, stream: FakeStream) -> None:
    predict(visit, b"7", stream)
    stream.settle()
    sheet = visit.sheet
    visit.clear_canvas()
    visit.submit(None, stream)
    assert visit.sheet != sheet
    assert visit.notice == ""
    assert len(visit.answered) == 1


def test_clearing_the_predictions_forgets_the_open_question_too(visit: Visit, stream: FakeStream) -> None:
    predict(visit, b"7", stream)
    visit.clear_predictions()
    assert visit.wait(0) is None
    stream.settle()
    assert visit.answered == []
