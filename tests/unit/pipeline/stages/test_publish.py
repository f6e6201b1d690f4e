import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import replace
from typing import Any

import pytest
from apache_beam.transforms.window import GlobalWindow, IntervalWindow
from apache_beam.utils.timestamp import MIN_TIMESTAMP, Timestamp
from confluent_kafka import KafkaError

from pipeline.forms import Corrected, Landing, Reading
from pipeline.messages import LONGEST_KEY, Correction, Origin, Prediction, Rejection
from pipeline.stages.publish import LARGEST_RECORD, MOST_WAITING_KIB, Produce, Publish, Record, Topics, records
from pipeline.topics import LARGEST_REJECTION

MakeReading = Callable[..., Reading]
MakeRejection = Callable[..., Rejection]

TOPICS = Topics("predictions", "rejected")


def only(outcome: Landing) -> Record:
    (record,) = records([outcome], TOPICS)
    return record


def test_a_reading_becomes_a_prediction_keyed_by_its_drawing(reading: MakeReading) -> None:
    record = only(reading(5, "407"))

    assert (record.topic, record.key) == ("predictions", b"drawing-5")
    assert Prediction.from_json(record.value) == reading(5, "407").prediction


def test_a_rejection_keeps_its_own_key(rejection: MakeRejection) -> None:
    record = only(rejection(5, key=b"mine", value=b"\xff"))

    assert (record.topic, record.key) == ("rejected", b"mine")
    assert Rejection.from_json(record.value) == rejection(5, key=b"mine", value=b"\xff")


@pytest.mark.parametrize("missing", [None, b""])
def test_a_rejection_without_key_goes_by_its_id(rejection: MakeRejection, missing: bytes | None) -> None:
    record = only(rejection(5, key=missing))

    assert record.key == b"drawings-0-5"
    assert json.loads(record.value)["drawing_id"] == "drawings-0-5"
    assert Rejection.from_json(record.value).key == missing


def test_a_key_too_long_for_an_id_is_kept_in_the_value_alone(rejection: MakeRejection) -> None:
    rejected = replace(rejection(5), key=b"k" * (LONGEST_KEY + 1))

    record = only(rejected)

    assert record.key == b"drawings-0-5"
    assert Rejection.from_json(record.value) == rejected


def test_a_key_that_is_no_text_is_published_as_it_came() -> None:
    rejection = Rejection("\ufffd", "invalid_key", "No.", "drawings", 0, 5, b"\xff", b"image", 1)

    record = only(rejection)

    assert record.key == b"\xff"
    assert Rejection.from_json(record.value) == rejection


def test_each_outcome_goes_to_its_topic_in_its_order(reading: MakeReading, rejection: MakeRejection) -> None:
    batch: list[Landing] = [reading(0), rejection(1, key=b"bad"), reading(2), rejection(3)]

    assert [(record.topic, record.key) for record in records(batch, TOPICS)] == [
        ("predictions", b"drawing-0"),
        ("rejected", b"bad"),
        ("predictions", b"drawing-2"),
        ("rejected", b"drawings-0-3"),
    ]


def test_a_correction_that_was_taken_is_published_nowhere() -> None:
    taken = Corrected(Correction("a", "1", "7", "test", 0), Origin("corrections", 0, 0), 0)

    assert list(records([taken], TOPICS)) == []


def set_event() -> threading.Event:
    event = threading.Event()
    event.set()
    return event


class Broker:
    """A producer whose broker takes so many records before there must be room, some of them never, all of them late."""

    def __init__(
        self, room: int = 1_000, refused: tuple[bytes, ...] = (), delay: threading.Event | None = None
    ) -> None:
        self.room, self.refused, self.delay = room, refused, delay or set_event()
        self.waiting: list[tuple[bytes, Any]] = []
        self.taken: list[bytes] = []

    def produce(self, topic: str, value: bytes, key: bytes, on_delivery: Any) -> None:  # noqa: ARG002
        if len(self.waiting) >= self.room:
            raise BufferError
        self.waiting.append((key, on_delivery))

    def poll(self, _: float) -> None:
        self.flush()

    def flush(self) -> None:
        self.delay.wait()
        for key, delivered in self.waiting:
            refused = key in self.refused
            delivered(KafkaError(KafkaError._MSG_TIMED_OUT) if refused else None, None)
            if not refused:
                self.taken.append(key)
        self.waiting = []


def stage_before(broker: Broker) -> Produce:
    """The stage with this broker behind it, at the beginning of a bundle."""
    stage = Produce({}, TOPICS)
    stage.producer = broker  # type: ignore[assignment]
    stage.start_bundle()
    return stage


def given(stage: Produce, batch: list[Landing], time: Timestamp = MIN_TIMESTAMP, window: Any = None) -> list[Any]:
    """The batches that come out as the stage takes one."""
    return [emitted.value for emitted in stage.process(batch, time, window or GlobalWindow())]


def ended(stage: Produce) -> list[Any]:
    """The batches that come out as the bundle ends."""
    return [emitted.value for emitted in stage.finish_bundle()]


def test_a_batch_leaves_before_another_comes(reading: MakeReading) -> None:
    broker = Broker()
    stage = stage_before(broker)

    assert given(stage, [reading(0), reading(1)]) == []

    assert stage.sending is not None
    stage.sending.arrival.result(timeout=60)
    assert broker.taken == [b"drawing-0", b"drawing-1"]


def test_a_bundle_is_over_when_the_broker_has_all_of_it(reading: MakeReading) -> None:
    broker = Broker(delay=threading.Event())
    stage = stage_before(broker)

    given(stage, first := [reading(0)])
    with ThreadPoolExecutor() as pool:
        emitted = pool.submit(lambda: next(stage.process([reading(1)], MIN_TIMESTAMP, GlobalWindow())))
        with pytest.raises(FutureTimeoutError):
            emitted.result(timeout=0.2)
        assert broker.taken == []
        broker.delay.set()
        assert emitted.result(timeout=60).value is first
        ended(stage)

    assert broker.taken == [b"drawing-0", b"drawing-1"]


def test_a_batch_leaves_before_the_one_ahead_comes_out(reading: MakeReading) -> None:
    """What lands does so while the broker is at work."""
    broker = Broker()
    stage = stage_before(broker)
    given(stage, first := [reading(0)])

    assert next(stage.process([reading(1)], MIN_TIMESTAMP, GlobalWindow())).value is first

    assert stage.sending is not None
    stage.sending.arrival.result(timeout=60)
    assert broker.taken == [b"drawing-0", b"drawing-1"]


def test_each_batch_comes_out_once_the_broker_has_it(reading: MakeReading, rejection: MakeRejection) -> None:
    """What comes out lands, and what has landed is never read again."""
    broker = Broker()
    stage = stage_before(broker)
    first, second, third = [reading(0), rejection(1)], [rejection(2)], [reading(3)]

    assert [given(stage, batch) for batch in (first, second, third)] == [[], [first], [second]]
    assert (ended(stage), broker.taken[-1]) == ([third], b"drawing-3")
    assert ended(stage) == []


def test_a_batch_comes_out_at_its_own_time(reading: MakeReading) -> None:
    stage = stage_before(Broker())
    window = IntervalWindow(Timestamp(0), Timestamp(10))

    given(stage, [reading(0)], Timestamp(7), window)

    (emitted,) = stage.finish_bundle()
    assert (emitted.timestamp, list(emitted.windows)) == (Timestamp(7), [window])


def test_where_too_much_waits_it_is_waited_for(reading: MakeReading) -> None:
    broker = Broker(room=2)
    stage = stage_before(broker)

    given(stage, [reading(offset) for offset in range(5)])
    ended(stage)

    assert broker.taken == [b"drawing-%d" % offset for offset in range(5)]


@pytest.mark.parametrize("more", [True, False])
def test_what_the_broker_did_not_take_fails_its_bundle_and_no_later_one(reading: MakeReading, more: bool) -> None:
    stage = stage_before(Broker(refused=(b"drawing-1",)))

    came_out: list[Any] = []
    given(stage, [reading(offset) for offset in range(3)])
    with pytest.raises(RuntimeError, match="timed out"):
        came_out.extend(stage.process([reading(3)], MIN_TIMESTAMP, GlobalWindow()) if more else stage.finish_bundle())
    assert came_out == []

    stage.start_bundle()
    given(stage, later := [reading(4)])
    assert ended(stage) == [later]


def test_the_largest_rejection_passes_producer_and_topic() -> None:
    config = Publish("localhost:9092", TOPICS).producer_config

    base64_of_the_largest_drawing = 32 * 1024 * 1024 * 4 // 3
    assert base64_of_the_largest_drawing < config["message.max.bytes"] == LARGEST_RECORD <= LARGEST_REJECTION
    assert MOST_WAITING_KIB * 1024 > LARGEST_RECORD
    assert (config["acks"], config["enable.idempotence"]) == ("all", "true")
