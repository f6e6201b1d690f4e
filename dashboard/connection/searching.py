"""Finding one record on Kafka by its key, for what this process has not seen go by."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import TypeVar

from kafka import KafkaConsumer
from kafka.consumer.fetcher import ConsumerRecord
from kafka.errors import KafkaError

from pipeline.settings import Settings
from producers.broker import KafkaUnavailableError, Start, connect_consumer

MOST_RECORDS = 200_000
"""Records of a partition that are worth looking through."""
POLL_MS = 500
Found = TypeVar("Found")


class SearchTimeoutError(Exception):
    """There was more to look through than time."""


class Search:
    """Searches within a number of seconds altogether."""

    def __init__(self, settings: Settings, seconds: float) -> None:
        self._settings = settings
        self._deadline = time.monotonic() + seconds

    def find(
        self,
        topic: str,
        key: str,
        read: Callable[[ConsumerRecord], Found | None],
        since_ms: int,
        until_ms: int | None = None,
    ) -> Found | None:
        """What ``read`` makes of the first record of this key that came onto the topic in that time.

        Records of which it makes None are passed over. None if there is no such record at this moment.

        Raises:
            KafkaUnavailableError: Kafka does not answer, or has no such topic.
            SearchTimeoutError: time is up.
        """
        try:
            with closing(connect_consumer(self._settings, [topic], Start(since_ms, MOST_RECORDS))) as consumer:
                named = (record for record in self._records(consumer, until_ms) if record.key == key.encode())
                return next((found for record in named if (found := read(record)) is not None), None)
        except KafkaError as error:
            raise KafkaUnavailableError(f"Kafka at {self._settings.kafka} broke off a search; try again") from error

    def _records(self, consumer: KafkaConsumer, until_ms: int | None) -> Iterator[ConsumerRecord]:
        """All records from where the consumer is to the present ends of its partitions."""
        ends = consumer.end_offsets(list(consumer.assignment()))
        while open_partitions := [partition for partition, end in ends.items() if consumer.position(partition) < end]:
            consumer.pause(*(ends.keys() - open_partitions))
            if time.monotonic() > self._deadline:
                raise SearchTimeoutError
            for partition, records in consumer.poll(timeout_ms=POLL_MS).items():
                yield from records
                if until_ms is not None and records[-1].timestamp > until_ms:
                    ends[partition] = 0
