import pytest
from kafka.errors import KafkaTimeoutError, MessageSizeTooLargeError
from kafka.producer.future import FutureProduceResult, FutureRecordMetadata
from kafka.structs import TopicPartition

from producers.in_flight import DeliveryError, InFlight


@pytest.fixture
def in_flight() -> InFlight:
    return InFlight(max_bytes=1_000, max_records=5, patience_seconds=0.01)


def under_way() -> FutureRecordMetadata:
    return FutureRecordMetadata(FutureProduceResult(TopicPartition("drawings", 0)), 0, 0, None, 1, 1, 1)


def acknowledged() -> FutureRecordMetadata:
    return under_way().success(None)


def failed(error: Exception) -> FutureRecordMetadata:
    return under_way().failure(error)


def test_what_is_acknowledged_is_forgotten(in_flight: InFlight) -> None:
    for _ in range(50):
        in_flight.add(acknowledged(), 900)
    in_flight.raise_failures()
    assert len(in_flight) == 0


def test_what_is_not_acknowledged_is_remembered(in_flight: InFlight) -> None:
    sends = [under_way() for _ in range(3)]
    for send in sends:
        in_flight.add(send, 100)
    sends[0].success(None)
    assert len(in_flight) == 2
    in_flight.raise_failures()


@pytest.mark.parametrize(("size", "room_for"), [(100, 5), (400, 2)], ids=["records", "bytes"])
def test_too_much_under_way_is_an_error_when_kafka_stays_silent(in_flight: InFlight, size: int, room_for: int) -> None:
    for _ in range(room_for):
        in_flight.add(under_way(), size)
    with pytest.raises(DeliveryError, match=f"did not answer in time.*{room_for + 1} more are not acknowledged"):
        in_flight.add(under_way(), size)


def test_failures_are_counted_by_reason_and_reported_once(in_flight: InFlight) -> None:
    for error in (MessageSizeTooLargeError(), KafkaTimeoutError("34 records expired"), KafkaTimeoutError("2 expired")):
        in_flight.add(failed(error), 1)
    sentence = r"3 of the drawings \(it did not answer in time: 2; MESSAGE_SIZE_TOO_LARGE: 1\)"
    with pytest.raises(DeliveryError, match=sentence):
        in_flight.raise_failures()
    in_flight.raise_failures()


def test_a_failure_behind_a_slow_send_is_not_lost(in_flight: InFlight) -> None:
    slow = under_way()
    in_flight.add(slow, 1)
    in_flight.add(failed(MessageSizeTooLargeError()), 1)
    in_flight.raise_failures()
    slow.success(None)
    with pytest.raises(DeliveryError, match="1 of the drawings"):
        in_flight.raise_failures()
