from types import SimpleNamespace

import numpy as np
import pytest
from kafka import TopicPartition
from kafka.errors import KafkaConnectionError

from dashboard.throughput.arrivals import LOOKED_UP_AT_ONCE, Arrivals
from dashboard.throughput.figures import SECONDS
from dashboard.throughput.watching import AwayError
from pipeline.settings import Settings
from producers.broker import KafkaUnavailableError

NOW = 1_800_000_000


class Log:
    """A topic's partitions as a consumer tells of them: one drawing a second came, the last ``quiet`` seconds ago."""

    def __init__(self, quiet: int = 0) -> None:
        self.quiet = quiet
        self.asked = 0
        self.breaks = False
        self.closed = False

    def assignment(self) -> set[TopicPartition]:
        return {TopicPartition("drawings", 0), TopicPartition("drawings", 1)}

    def end_offsets(self, partitions: set[TopicPartition], **_: int) -> dict[TopicPartition, int]:
        if self.breaks:
            raise KafkaConnectionError("gone")
        return {one: 5_000 + one.partition for one in partitions}

    def offsets_for_times(
        self, times: dict[TopicPartition, int], **_: int
    ) -> dict[TopicPartition, SimpleNamespace | None]:
        self.asked += 1
        return {one: self.first_since(one.partition, at) for one, at in times.items()}

    def first_since(self, partition: int, at_ms: int) -> SimpleNamespace | None:
        ago = NOW - at_ms // 1_000 - self.quiet
        return SimpleNamespace(offset=5_000 + partition - ago) if ago > 0 else None

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Log:
    log = Log()
    monkeypatch.setattr("dashboard.throughput.arrivals.connect_consumer", lambda *_: log)
    return log


@pytest.fixture
def arrivals() -> Arrivals:
    return Arrivals(Settings(), clock=lambda: NOW + 0.9)


def test_the_last_seconds_are_known_at_once_and_what_is_before_bit_by_bit(log: Log, arrivals: Arrivals) -> None:
    with arrivals.opened() as read:
        read()
        assert arrivals.ends(NOW + np.arange(-2, 1))[0].tolist() == [4_998, 4_999, 5_000]
        assert arrivals.ends(np.array([NOW - 50]))[1].tolist() == [-1]
        read()
        assert arrivals.ends(np.array([NOW - 50]))[1].tolist() == [4_951]
    assert log.closed


def test_a_log_that_rests_has_its_end_at_each_second(log: Log, arrivals: Arrivals) -> None:
    log.quiet = 10
    with arrivals.opened() as read:
        read()
    assert arrivals.ends(NOW + np.arange(-11, 1))[0].tolist() == [4_999, *[5_000] * 11]


def test_what_is_known_is_not_asked_again(log: Log, arrivals: Arrivals) -> None:
    with arrivals.opened() as read:
        for _ in range(SECONDS // LOOKED_UP_AT_ONCE + 5):
            read()
    assert log.asked == SECONDS + 1


def test_a_second_that_is_not_quite_over_is_not_asked_for(log: Log) -> None:
    arrivals = Arrivals(Settings(), clock=lambda: NOW + 0.1)
    with arrivals.opened() as read:
        read()
    assert arrivals.ends(np.array([NOW - 1, NOW]))[0].tolist() == [4_999, -1]


def test_kafka_away_is_a_sentence(log: Log, arrivals: Arrivals, monkeypatch: pytest.MonkeyPatch) -> None:
    log.breaks = True
    with pytest.raises(AwayError, match="does not answer"), arrivals.opened() as read:
        read()

    def absent(*_: object) -> None:
        raise KafkaUnavailableError("Kafka is not there; start it")

    monkeypatch.setattr("dashboard.throughput.arrivals.connect_consumer", absent)
    with pytest.raises(AwayError, match="start it"), arrivals.opened():
        pass
