"""How far each partition's drawings are in the lakehouse, for when no answer tells how far they are read."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import NamedTuple

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from dashboard.throughput.watching import AwayError
from pipeline.lakehouse.table import NoTableYetError, last_offset, open_table
from pipeline.settings import Settings
from producers.broker import ANSWERS_WITHIN_MS, KafkaUnavailableError, require_listener

REMEMBERED = 180
"""Readings, of the last quarter of an hour."""


class Committed(NamedTuple):
    """When it was read, in epoch seconds, and for each partition the offset of the last drawing committed, or -1."""

    second: int
    offsets: dict[int, int]


@contextmanager
def committed(settings: Settings, wanted: Callable[[], bool]) -> Iterator[Callable[[], list[Committed]]]:
    """What reads the offsets, while they are ``wanted``, and gives the last readings.

    Raises:
        AwayError: Kafka or the lakehouse is not there.
    """
    partitions = _app_ids(settings)
    readings: deque[Committed] = deque(maxlen=REMEMBERED)

    def read() -> list[Committed]:
        if wanted():
            readings.append(_committed(settings.lakehouse, partitions))
        return list(readings)

    yield read


def _app_ids(settings: Settings) -> dict[int, str]:
    """The name under which each partition's offsets are committed; it has the topic's id in it."""
    name = settings.drawings_topic
    try:
        require_listener(settings)
        with closing(
            KafkaAdminClient(bootstrap_servers=settings.kafka, bootstrap_timeout_ms=ANSWERS_WITHIN_MS)
        ) as admin:
            (topic,) = admin.describe_topics([name])
    except (KafkaError, KafkaUnavailableError) as error:
        raise AwayError(f"Kafka at {settings.kafka} does not tell of its topics.") from error
    numbers = [partition["partition_index"] for partition in topic["partitions"]]
    return {number: f"{topic['topic_id']}/{name}-{number}" for number in numbers}


def _committed(uri: str, partitions: dict[int, str]) -> Committed:
    second = int(time.time())
    try:
        table = open_table(uri)
    except NoTableYetError as error:
        raise AwayError(f"There is {error}.") from error
    return Committed(second, {number: last_offset(table, app_id) for number, app_id in partitions.items()})
