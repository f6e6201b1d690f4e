import gc
import weakref

import pytest

from dashboard.connection.outbox import OverloadedError
from dashboard.connection.stream import Stream
from pipeline.recognition.image_limits import MAX_BYTES
from pipeline.settings import Settings
from producers.answers import Answer
from tests.unit.dashboard.fake_kafka import AWAY, FakeKafka, prediction, rejection

LONG = 10.0


def test_each_question_gets_its_own_answer_whatever_their_order(stream: Stream, kafka: FakeKafka) -> None:
    kafka.number = None
    first, second, third = stream.ask(b"one"), stream.ask(b"two"), stream.ask(b"three")
    assert all(question.wait_sent(LONG) for question in (first, second, third))
    kafka.answer(rejection(third.id))
    kafka.answer(prediction("somebody else's", "9"))
    kafka.answer(prediction(second.id, "2"))
    assert second.wait(LONG)
    assert third.wait(LONG)
    assert not first.wait(0)
    assert second.answer == prediction(second.id, "2")
    assert third.answer == rejection(third.id)
    assert kafka.taken == [(first.id, b"one"), (second.id, b"two"), (third.id, b"three")]


def test_the_source_travels_along(stream: Stream, kafka: FakeKafka) -> None:
    assert stream.ask(b"drawing").wait_sent(LONG)
    assert stream.ask(b"drawing", "api").wait_sent(LONG)
    assert kafka.sources == ["dashboard", "api"]


def test_what_is_asked_while_kafka_is_away_is_sent_once_it_is_there(kafka: FakeKafka) -> None:
    kafka.away = True
    stream = Stream(Settings())
    question = stream.ask(b"drawing")
    assert not question.wait_sent(0.05)
    kafka.away = False
    assert question.wait(LONG)
    stream.close()


def test_a_question_that_nobody_holds_is_neither_remembered_nor_sent(kafka: FakeKafka) -> None:
    kafka.away = True
    stream = Stream(Settings())
    forgotten = weakref.ref(stream.ask(b"forgotten"))
    held = stream.ask(b"held")
    gc.collect()
    assert forgotten() is None
    kafka.away = False
    assert held.wait_sent(LONG)
    assert [value for _, value in kafka.taken] == [b"held"]
    stream.close()


def test_a_remembered_question_is_known_by_its_id_and_takes_no_room(stream: Stream, kafka: FakeKafka) -> None:
    kafka.number = None
    question = stream.ask(b"drawing")
    assert question.wait_sent(LONG)
    stream.remember([question])
    drawing_id = question.id
    del question
    gc.collect()
    remembered = stream.asked(drawing_id)
    assert remembered
    assert remembered.drawing == remembered.value == b""
    kafka.answer(prediction(drawing_id))
    assert remembered.wait(LONG)


def test_what_kafka_refused_is_sent_again_over_a_new_connection(stream: Stream, kafka: FakeKafka) -> None:
    kafka.refuses = kafka.gone
    question = stream.ask(b"drawing")
    assert question.wait(LONG)
    assert kafka.taken == [(question.id, b"drawing")]
    assert kafka.connections == 2


def test_a_withdrawn_question_is_never_sent(kafka: FakeKafka) -> None:
    kafka.away = True
    stream = Stream(Settings())
    withdrawn, other = stream.ask(b"withdrawn"), stream.ask(b"other")
    assert stream.withdraw(withdrawn)
    assert not stream.withdraw(withdrawn)
    kafka.away = False
    assert other.wait(LONG)
    assert kafka.taken == [(other.id, b"other")]
    assert not stream.withdraw(other)
    stream.close()


def test_trouble_says_what_is_away_and_that_it_goes_on_by_itself(stream: Stream, kafka: FakeKafka) -> None:
    assert stream.ask(b"drawing").wait(LONG)
    assert (stream.connected, stream.trouble) == (True, "")
    kafka.away = True
    while stream.connected:
        assert stream.alive
    assert AWAY in stream.trouble
    assert "as soon as" in stream.trouble
    kafka.away = False
    while not stream.connected:
        assert stream.alive


def test_an_overdue_acknowledgement_is_trouble_and_holds_back_the_rest(
    stream: Stream, kafka: FakeKafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.connection.outbox.STUCK_SECONDS", 0.0)
    assert stream.ask(b"before").wait(LONG)
    kafka.takes_drawings = False
    under_way = stream.ask(b"under way")
    while "slow" not in stream.trouble:
        assert stream.alive
    waiting = stream.ask(b"waiting")
    assert stream.withdraw(waiting)
    assert not stream.withdraw(under_way)
    kafka.takes_drawings = True
    assert under_way.wait(LONG)
    assert stream.trouble == ""


def test_after_a_failed_read_it_connects_anew(stream: Stream, kafka: FakeKafka) -> None:
    assert stream.ask(b"before").wait(LONG)
    kafka.breaks = True
    while kafka.breaks:
        assert stream.alive
    assert stream.ask(b"after").wait(LONG)


def test_too_large_and_too_many_are_refused_at_once(kafka: FakeKafka) -> None:
    kafka.away = True
    stream = Stream(Settings(outbox_drawings=1))
    with pytest.raises(ValueError, match="bytes are more than"):
        stream.ask(bytes(MAX_BYTES + 1))
    question = stream.ask(b"drawing")
    with pytest.raises(OverloadedError, match="try again"):
        stream.ask(b"another")
    assert stream.asked(question.id) is question
    stream.close()


def test_a_correction_is_sent_even_if_nobody_holds_it(kafka: FakeKafka) -> None:
    kafka.away = True
    stream = Stream(Settings())
    stream.correct("a", "7", read="1")
    gc.collect()
    kafka.away = False
    assert stream.correct("b", "", read="2").wait_sent(LONG)
    assert [(one.drawing_id, one.number, one.read, one.source) for one in kafka.corrections] == [
        ("a", "7", "1", "dashboard"),
        ("b", "", "2", "dashboard"),
    ]
    stream.close()


def test_an_impossible_correction_is_refused(stream: Stream) -> None:
    with pytest.raises(ValueError, match="number"):
        stream.correct("a", "seven", read="1")


def test_everybodys_answers_are_recent_and_told_to_listeners(stream: Stream, kafka: FakeKafka) -> None:
    told: list[Answer] = []
    stream.add_listener(lambda _: 1 / 0)
    stream.add_listener(told.extend)
    kafka.answer(prediction("somebody else's", "9"))
    assert stream.ask(b"mine").wait(LONG)
    recent = stream.recent.get("somebody else's")
    assert recent
    assert recent.message == told[0].message == prediction("somebody else's", "9")
    assert told[0].timestamp_ms == recent.timestamp_ms


def test_closing_ends_its_threads() -> None:
    stream = Stream(Settings())
    assert stream.alive
    stream.close()
    assert not stream.alive
