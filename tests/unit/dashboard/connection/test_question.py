import time
from dataclasses import replace
from uuid import UUID

from dashboard.connection.question import Question, Timeline
from tests.unit.dashboard.fake_kafka import prediction, rejection


def test_time_stands_still_once_it_is_answered() -> None:
    question = Question(b"drawing")
    before = question.seconds
    assert question.seconds > before
    question.settle(prediction(question.id))
    assert question.seconds == question.seconds
    assert question.answer == prediction(question.id)


def test_waiting_says_whether_the_answer_is_there() -> None:
    question = Question(b"drawing")
    assert not question.wait(0)
    question.settle(prediction(question.id))
    assert question.wait(0)


def test_an_answer_proves_that_it_was_sent() -> None:
    question = Question(b"drawing")
    assert not question.sent
    assert not question.wait_sent(0)
    question.settle(prediction(question.id))
    assert question.wait_sent(0)
    assert question.sent


def test_the_first_answer_counts() -> None:
    question = Question(b"drawing")
    question.settle(prediction(question.id, "1"), 5)
    question.settle(prediction(question.id, "2"), 6)
    assert question.answer == prediction(question.id, "1")
    assert question.published_at == 5


def test_every_question_has_an_id_of_its_own_that_tells_its_time() -> None:
    ids = {Question(b"same").id for _ in range(100)}
    assert len(ids) == 100
    assert all(abs((UUID(one).int >> 80) - time.time() * 1_000) < 10_000 for one in ids)


def test_its_headers_say_who_asks_and_when() -> None:
    question = Question(b"drawing", "api")
    assert dict(question.headers) == {"source": b"api", "submitted-at": str(question.asked_at).encode()}
    assert (question.key, question.value) == (question.id, b"drawing")


def test_the_timeline_adds_up_and_never_runs_backwards() -> None:
    question = Question(b"drawing")
    assert question.timeline is None
    start = question.asked_at
    question.settle(replace(prediction(question.id), arrived_at=start + 3, predicted_at=start + 50), start + 40)
    timeline = question.timeline
    assert timeline
    assert timeline[:3] == (3, 47, 0)
    assert timeline.delivery == max(0, round(question.seconds * 1_000) - 40)


def test_without_the_times_there_is_no_timeline() -> None:
    old, refused = Question(b"drawing"), Question(b"drawing")
    old.settle(prediction(old.id), 5)
    refused.settle(rejection(refused.id), 5)
    assert (old.timeline, refused.timeline) == (None, None)


def test_the_parts_of_a_timeline_have_names() -> None:
    assert Timeline._fields == ("kafka_in", "pipeline", "kafka_out", "delivery")
