"""Kafka's records as arrivals: a consumer that reads a share of the partitions from given offsets on."""

import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from operator import methodcaller
from typing import Any

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, TopicPartition

from pipeline.forms import Arrival
from pipeline.messages import Origin
from pipeline.source.positions import Partition, Positions
from pipeline.source.shares import Share

DISCOVERY_SECONDS = 15
"""Between two looks for partitions that were added."""
METADATA_SECONDS = 1
HEADERS_OF = methodcaller("headers")

logger = logging.getLogger(__name__)


class ShareConsumer:
    """Reads whatever share it is asked for; it stays connected, and ahead, between two turns of the same one."""

    def __init__(
        self,
        bootstrap_servers: str,
        topics: Sequence[str],
        landed: Callable[[Collection[Partition]], Mapping[Partition, int]],
    ) -> None:
        """``landed`` tells the offset behind the last one in the lakehouse, of those partitions that have any there."""
        self.topics = topics
        self.landed = landed
        self.next: dict[Partition, int] = {}
        self.partitions: dict[str, list[int]] = {}
        self.looked_at = -float(DISCOVERY_SECONDS)
        self.discovery = ThreadPoolExecutor(max_workers=1, thread_name_prefix="discovery")
        self.consumer = Consumer(
            {
                "bootstrap.servers": bootstrap_servers,
                # It must have one; offsets live in the lakehouse and in Flink's checkpoints.
                "group.id": "inkstream",
                "enable.auto.commit": "false",
                "enable.auto.offset.store": "false",
                "auto.offset.reset": "earliest",
                # A stranger's open transaction would hold up everybody's drawings behind it.
                "isolation.level": "read_uncommitted",
                # What is fetched ahead: some batches of small drawings, a few of the largest.
                "queued.max.messages.kbytes": 32 * 1024,
                "reconnect.backoff.max.ms": 1_000,  # a broker that is back is back for us within a second
            }
        )

    def go_to(self, share: Share, positions: Positions) -> Positions:
        """Go on from these positions, where this consumer itself has read up to them.

        What another one has read may not have landed, since its rows were in its worker's memory; or more may have
        landed than Flink knows of. A partition then goes on where the lakehouse ends, but at its position while it is
        read again; where nothing has landed, at its first record. Returns where it does go on.
        """
        self._discover()
        known = ((topic, number) for topic, numbers in self.partitions.items() for number in numbers)
        new = (partition for partition in known if share.holds(partition[1]))
        wanted = {**dict.fromkeys(new, OFFSET_BEGINNING), **positions.next}
        if wanted != self.next:
            others = [partition for partition, offset in wanted.items() if self.next.get(partition) != offset]
            wanted |= self._ends(others, wanted, positions.again)
            self.consumer.assign([TopicPartition(*partition, offset) for partition, offset in wanted.items()])
            self.next = wanted
        known_to_flink = {partition: offset for partition, offset in wanted.items() if offset != OFFSET_BEGINNING}
        return positions._replace(next=known_to_flink)

    def _ends(
        self, partitions: Collection[Partition], positions: Mapping[Partition, int], again: Mapping[Partition, int]
    ) -> dict[Partition, int]:
        """Where to go on in partitions that another consumer has read."""
        landed = self.landed(partitions)
        ends = {}
        for partition in partitions:
            position = positions[partition]
            end = landed.get(partition, min(position, 0))  # OFFSET_BEGINNING stays what it is
            ends[partition] = min(position, end) if position < again.get(partition, OFFSET_BEGINNING) else end
        return ends

    def poll(self, most: int, seconds: float) -> list[Arrival]:
        """Wait for a record, and take with it, up to a number, those that have come already."""
        first = self.consumer.poll(seconds)
        messages = [] if first is None else [first, *self.consumer.consume(most - 1, timeout=0)]
        before, self.next = self.next, {}  # should anything fail now, the next turn asks Kafka anew
        arrivals = [arrival(message) for message in messages if not _failed(message)]
        self.next = before | positions_after(arrivals)
        return arrivals

    def forget(self) -> None:
        """Take what was just read for not read: whoever goes on, from wherever, asks Kafka and the lakehouse anew."""
        self.next = {}

    def close(self) -> None:
        """Disconnect."""
        self.discovery.shutdown()
        self.consumer.close()

    def _discover(self) -> None:
        """Look for partitions beside the reading, unless that was done a short while ago: the next turn has them.

        Whoever does not know of any waits for them. Where Kafka tells none, those known have to do.
        """
        now, unknown = time.monotonic(), len(self.partitions) < len(self.topics)
        if unknown or now - self.looked_at >= DISCOVERY_SECONDS:
            self.looked_at = now
            look = self.discovery.submit(self._look)
            look.add_done_callback(_tell)
            if unknown:
                look.result()

    def _look(self) -> None:
        for topic in self.topics:
            try:
                self.partitions = {**self.partitions, topic: self._partitions_of(topic)}
            except KafkaException as error:
                logger.warning("Kafka does not tell the partitions of %s: %s", topic, error)

    def _partitions_of(self, topic: str) -> list[int]:
        metadata = self.consumer.list_topics(topic, timeout=METADATA_SECONDS).topics[topic]
        if metadata.error:
            raise KafkaException(metadata.error)
        return list(metadata.partitions)


def positions_after(arrivals: Sequence[Arrival]) -> dict[Partition, int]:
    """The offsets that come after these; of each partition they are in order."""
    return {(one.origin.topic, one.origin.partition): one.origin.offset + 1 for one in arrivals}


def arrival(message: Any) -> Arrival:
    """A ``Message`` as an Arrival; of repeated headers the last one counts."""
    origin = Origin(message.topic(), message.partition(), message.offset())
    return Arrival(origin, message.timestamp()[1], message.key(), message.value(), _headers(message))


def _headers(message: Any) -> dict[str, bytes | None]:
    """None at all where the name of one is not UTF-8.

    confluent-kafka then gives a list with a hole in it and leaves its error pending. A plain call may pass over that
    error, once Python has specialised it, and to look into the hole ends the process; `methodcaller` always raises it.
    """
    try:
        return dict(HEADERS_OF(message) or ())
    except (SystemError, UnicodeDecodeError):
        return {}


def _tell(look: Future[None]) -> None:
    """Say what went wrong beside the reading, which goes on with the partitions that are known."""
    if error := look.exception():
        logger.error("No look for partitions was possible: %s", error, exc_info=error)


def _failed(message: Any) -> bool:
    """Whether it is no record but says what the client could not do; it tries again by itself."""
    if error := message.error():
        logger.warning("Kafka's client: %s", error)
    return bool(error)
