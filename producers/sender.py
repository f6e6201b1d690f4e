"""Drawings to Kafka: the one producer that the commands of this folder send through."""

import time
from types import TracebackType

from kafka.errors import KafkaError, KafkaTimeoutError
from uuid_utils import uuid7

from pipeline.messages import LABEL_HEADER, SOURCE_HEADER, SUBMITTED_AT_HEADER
from pipeline.recognition.image_limits import MAX_BYTES
from pipeline.settings import Settings
from producers.broker import abandon, connect_producer
from producers.in_flight import DeliveryError, InFlight

MAX_BYTES_IN_FLIGHT = 2 * MAX_BYTES
MAX_RECORDS_IN_FLIGHT = 20_000
DELIVERY_SECONDS = 70.0
"""Longer than the producer itself keeps trying, so that its own reason is the one reported."""


class DrawingSender:
    """Sends drawings, batched and idempotently: each lands on Kafka once, or is reported as failed.

    ``source`` names who draws, for the lakehouse. Safe to share between threads; a failure is then
    reported to whichever of them flushes next.

    Raises:
        KafkaUnavailableError: no broker answers, or the drawings topic is missing.
    """

    def __init__(self, settings: Settings, source: str) -> None:
        self._topic = settings.drawings_topic
        self._source = (SOURCE_HEADER, source.encode())
        self._producer = connect_producer(settings)
        self._in_flight = InFlight(MAX_BYTES_IN_FLIGHT, MAX_RECORDS_IN_FLIGHT, DELIVERY_SECONDS)

    def send(
        self, value: bytes, drawing_id: str | None = None, submitted_at: int | None = None, label: str | None = None
    ) -> str:
        """Hand a drawing (an image file, or 784 raw bytes) to the producer; returns its id, a new UUIDv7 if none.

        ``submitted_at`` is in epoch milliseconds, now if none; ``label`` is the number that the drawing really
        shows, where that is known. Returns before Kafka has it: see ``flush``.

        Raises:
            ValueError: it is larger than the topic takes.
            DeliveryError: Kafka takes nothing any more.
        """
        if len(value) > MAX_BYTES:
            raise ValueError(f"{len(value):,} bytes are more than the {MAX_BYTES:,} that a drawing may have")
        drawing_id = drawing_id or str(uuid7())
        milliseconds = time.time_ns() // 1_000_000 if submitted_at is None else submitted_at
        headers = [self._source, (SUBMITTED_AT_HEADER, b"%d" % milliseconds)]
        headers += [] if label is None else [(LABEL_HEADER, label.encode())]
        try:
            future = self._producer.send(self._topic, value, drawing_id.encode(), headers)
        except KafkaError as error:
            raise DeliveryError(f"Kafka did not take a drawing ({error})") from error
        self._in_flight.add(future, len(value))
        return drawing_id

    def flush(self, timeout_seconds: float = DELIVERY_SECONDS) -> None:
        """Wait until Kafka has acknowledged everything sent so far.

        Raises:
            DeliveryError: some of it failed, or is not acknowledged in time.
        """
        try:
            self._producer.flush(timeout_seconds)
        except KafkaTimeoutError as error:
            self._in_flight.raise_failures()
            unacknowledged = f"Kafka has not acknowledged {len(self._in_flight)} drawings in {timeout_seconds:g} s"
            raise DeliveryError(unacknowledged) from error
        self._in_flight.raise_failures()

    def close(self) -> None:
        """Flush, then let go of the connection.

        Raises:
            DeliveryError: see ``flush``.
        """
        try:
            self.flush()
        finally:
            abandon(self._producer)

    def __enter__(self) -> "DrawingSender":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: BaseException | TracebackType | None) -> None:
        if kind is None:
            self.close()
        else:
            abandon(self._producer)
