"""What has been handed to kafka-python and not yet been acknowledged by Kafka."""

from collections import Counter, deque
from threading import Lock
from typing import NamedTuple

from kafka.errors import BrokerResponseError, KafkaError, KafkaTimeoutError
from kafka.producer.future import FutureRecordMetadata


class DeliveryError(RuntimeError):
    """Kafka did not take some of the drawings; the message says how many and why."""


class _Send(NamedTuple):
    future: FutureRecordMetadata
    size: int


class InFlight:
    """Holds the sender back when too much is under way, and remembers what failed.

    kafka-python 3 buffers without bound, and reports a failed send only to who asks its future. Safe for threads.
    """

    def __init__(self, max_bytes: int, max_records: int, patience_seconds: float) -> None:
        self._max_bytes = max_bytes
        self._max_records = max_records
        self._patience_seconds = patience_seconds
        self._sends: deque[_Send] = deque()
        self._bytes = 0
        self._failures: Counter[str] = Counter()
        self._lock = Lock()

    def add(self, future: FutureRecordMetadata, size: int) -> None:
        """Take note of a send of ``size`` bytes; returns when there is room for another.

        Raises:
            DeliveryError: there was no room, and what was waited for failed.
        """
        with self._lock:
            self._sends.append(_Send(future, size))
            self._bytes += size
            self._settle()
            while self._bytes > self._max_bytes or len(self._sends) > self._max_records:
                self._await_oldest()

    def raise_failures(self) -> None:
        """Report what failed since the last report.

        Raises:
            DeliveryError: something did.
        """
        with self._lock:
            self._settle()
            self._raise_failures()

    def __len__(self) -> int:
        """How many sends are still to be acknowledged."""
        with self._lock:
            self._settle()
            return len(self._sends)

    def _settle(self) -> None:
        while self._sends and self._sends[0].future.is_done:
            send = self._sends.popleft()
            self._bytes -= send.size
            if send.future.exception is not None:
                self._failures[_reason(send.future.exception)] += 1

    def _await_oldest(self) -> None:
        try:
            self._sends[0].future.get(self._patience_seconds)
        except KafkaError as error:
            self._settle()
            self._failures.setdefault(_reason(error), 1)
            self._raise_failures()
        self._settle()

    def _raise_failures(self) -> None:
        if failures := self._failures:
            self._failures = Counter()
            reasons = "; ".join(f"{reason}: {count:,}" for reason, count in failures.most_common(3))
            waiting = f", and {len(self._sends):,} more are not acknowledged" if self._sends else ""
            raise DeliveryError(f"Kafka did not take {failures.total():,} of the drawings ({reasons}){waiting}")


def _reason(error: BaseException) -> str:
    if isinstance(error, KafkaTimeoutError):
        return "it did not answer in time"
    if isinstance(error, BrokerResponseError):
        return str(error.message)
    return str(error)
