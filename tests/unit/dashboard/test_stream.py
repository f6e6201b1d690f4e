import gc
import weakref

import pytest

from dashboard.stream import Stream, StreamAwayError
from pipeline.settings import Settings
from tests.unit.dashboard.fake_kafka import FakeKafka, prediction, rejection

LONG = 10.0


def test_each_question_gets_its_own_answer_whatever_their_order(stream: Stream, kafka: FakeKafka) -> None:
    kafka.number = None
    first, second, third = stream.ask(b"one"), stream.ask(b"two"), stream.ask(b"three")
    kafka.answer(rejection(third.id))
    kafka.answer(prediction("somebody else's", "9"))
    kafka.answer(prediction(second.id, "2"))
    assert second.wait(LONG)
    assert third.wait(LONG)
    assert not first.wait(0)
    assert second.answer == prediction(second.id, "2")
    assert third.answer == rejection(third.id)
    assert kafka.taken == [(first.id, b"one"), (second.id, b"two"), (third.id, b"three")]


def test_questions_that_nobody_holds_are_forgotten(stream: Stream, kafka: FakeKafka) -> None:
    kafka.number = None
    question = weakref.ref(stream.ask(b"drawing"))
    gc.collect()
    assert question() is None


def test_kafka_away_is_said_in_its_own_words(kafka: FakeKafka, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.stream.TAKEN_WITHIN_SECONDS", 0.2)
    kafka.away = True
    stream = Stream(Settings())
    with pytest.raises(StreamAwayError, match="Kafka is not there; start it"):
        stream.ask(b"drawing")
    stream.close()


def test_it_connects_by_itself_once_kafka_is_there(kafka: FakeKafka) -> None:
    kafka.away = True
    stream = Stream(Settings())
    kafka.away = False
    assert stream.ask(b"drawing").wait(LONG)
    stream.close()


def test_after_a_failed_delivery_it_connects_anew(stream: Stream, kafka: FakeKafka) -> None:
    assert stream.ask(b"before").wait(LONG)
    kafka.takes_drawings = False
    with pytest.raises(StreamAwayError, match="takes no drawings"):
        stream.ask(b"meanwhile")
    kafka.takes_drawings = True
    assert stream.ask(b"after").wait(LONG)
    assert kafka.connections == 2


def test_after_a_failed_read_it_connects_anew(stream: Stream, kafka: FakeKafka) -> None:
    assert stream.ask(b"before").wait(LONG)
    kafka.breaks = True
    while kafka.breaks or kafka.connections < 2:
        assert stream.alive
    assert stream.ask(b"after").wait(LONG)


def test_closing_ends_the_thread() -> None:
    stream = Stream(Settings())
    assert stream.alive
    stream.close()
    assert not stream.alive
