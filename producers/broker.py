"""Reaching Kafka, or saying in one sentence why not and what to do about it."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.cluster import collect_hosts
from kafka.errors import KafkaError, KafkaTimeoutError

from pipeline.settings import Settings

ANSWERS_WITHIN_MS = 5_000
"""How long to wait for a broker, or for a topic, before calling it absent; both take milliseconds when present."""


class KafkaUnavailableError(RuntimeError):
    """Kafka, or one of its topics, is not there; the message says what to do."""


def connect_producer(settings: Settings, linger_ms: int = 5) -> KafkaProducer:
    """A producer whose acknowledged records are on the broker once and to stay, and whose topic is there.

    A lone drawing waits ``linger_ms`` for company, which makes many of them cheaper to send.

    Raises:
        KafkaUnavailableError: no broker answers, or the drawings topic is missing.
    """
    require_listener(settings)
    with _absence_explained(settings):
        producer = KafkaProducer(
            bootstrap_servers=settings.kafka,
            bootstrap_timeout_ms=ANSWERS_WITHIN_MS,
            reconnect_backoff_max_ms=1_000,  # by default up to 30 s, long after a broker has come back
            max_block_ms=ANSWERS_WITHIN_MS,
            request_timeout_ms=10_000,
            delivery_timeout_ms=60_000,  # long enough for a broker that its supervisor starts again
            acks="all",
            enable_idempotence=True,
            linger_ms=linger_ms,
            batch_size=128 * 1024,
            max_request_size=33 * 2**20,  # the topic takes values of 32 MiB; key and headers come on top
            allow_auto_create_topics=False,
            metrics_enabled=False,  # they take time at every record, and nobody reads them
        )
    try:
        producer.partitions_for(settings.drawings_topic)
    except KafkaError as error:
        producer.close(timeout=0)
        raise _topic_missing(settings, settings.drawings_topic) from error
    return producer


class Start(NamedTuple):
    """Where to begin reading: at a time (epoch milliseconds), but at most ``records`` before a partition's end."""

    since_ms: int
    records: int


def connect_consumer(settings: Settings, topics: list[str], start: Start | None = None) -> KafkaConsumer:
    """A consumer, in no group, placed at ``start`` in every partition of ``topics``, or at its end.

    Raises:
        KafkaUnavailableError: no broker answers, or a topic is missing.
    """
    require_listener(settings)
    with _absence_explained(settings):
        consumer = KafkaConsumer(
            bootstrap_servers=settings.kafka,
            bootstrap_timeout_ms=ANSWERS_WITHIN_MS,
            reconnect_backoff_max_ms=1_000,  # by default up to 30 s, long after a broker has come back
            fetch_max_wait_ms=2_000,  # what comes is sent at once; this is how often nothing is
            auto_offset_reset="earliest",  # where a topic was made anew, all of it is new
            max_poll_records=5_000,
            allow_auto_create_topics=False,
            metrics_enabled=False,
        )
    try:
        with _absence_explained(settings):
            _place(consumer, [p for topic in topics for p in _partitions(consumer, settings, topic)], start)
    except KafkaUnavailableError:
        consumer.close()
        raise
    return consumer


def abandon(producer: KafkaProducer) -> None:
    """Let go of a connection, whatever of it is still unsent."""
    try:
        producer.close(timeout=1)
    except KafkaTimeoutError:  # raised half-way; what is still unsent must be given up first
        producer._sender.force_close()
        producer.close(timeout=1)


def require_listener(settings: Settings, timeout_seconds: float = ANSWERS_WITHIN_MS / 1_000) -> None:
    """Nothing listening is told at once; kafka-python would try for seconds and leave a thread behind.

    Raises:
        KafkaUnavailableError: no broker accepts a connection.
    """
    for host, port, _ in collect_hosts(settings.kafka):
        with suppress(OSError), socket.create_connection((host, port), timeout=timeout_seconds):
            return
    raise silent(settings)


def _partitions(consumer: KafkaConsumer, settings: Settings, topic: str) -> list[TopicPartition]:
    numbers = consumer.partitions_for_topic(topic)
    if not numbers:
        raise _topic_missing(settings, topic)
    return [TopicPartition(topic, number) for number in sorted(numbers)]


def _place(consumer: KafkaConsumer, partitions: list[TopicPartition], start: Start | None) -> None:
    """Unlike ``seek_to_end``, which waits for the first poll, this asks for the ends now."""
    consumer.assign(partitions)
    ends = consumer.end_offsets(partitions, timeout_ms=ANSWERS_WITHIN_MS)
    places = _offsets_since(consumer, ends, start) if start else ends
    for partition, offset in places.items():
        consumer.seek(partition, offset)


def _offsets_since(consumer: KafkaConsumer, ends: dict[TopicPartition, int], start: Start) -> dict[TopicPartition, int]:
    """The first offset of that time in each partition, its end if there is none."""
    found = consumer.offsets_for_times(dict.fromkeys(ends, start.since_ms))
    since = {partition: found[partition].offset if found.get(partition) else end for partition, end in ends.items()}
    return {partition: max(since[partition], end - start.records) for partition, end in ends.items()}


def _topic_missing(settings: Settings, topic: str) -> KafkaUnavailableError:
    return KafkaUnavailableError(f"Kafka at {settings.kafka} has no topic '{topic}'; make start makes it")


def silent(settings: Settings) -> KafkaUnavailableError:
    """What to raise, and to say, when the broker cannot be reached."""
    what_to_do = "make status tells more, and make start starts it"
    return KafkaUnavailableError(f"Kafka at {settings.kafka} does not answer; {what_to_do}")


@contextmanager
def _absence_explained(settings: Settings) -> Iterator[None]:
    try:
        yield
    except KafkaError as error:
        raise silent(settings) from error
