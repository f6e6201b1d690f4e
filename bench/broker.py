"""A Kafka of the bench's own, and what is asked of it: new topics for each run, and how far these are filled."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from confluent_kafka import Consumer, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient
from kafka.errors import KafkaError
from tenacity import RetryError, Retrying, retry, retry_if_exception_type, stop_after_delay, wait_fixed

from bench.ports import free_ports
from bench.processes import Group, running
from pipeline.errors import InkstreamError
from pipeline.local.components import components
from pipeline.settings import Settings
from pipeline.topics import ensure_topics

PATIENCE_SECONDS = 180
PORTS = [name for name in Settings.model_fields if name.endswith("_port")]
TOPICS = [name for name in Settings.model_fields if name.endswith("_topic")]


class Broker:
    """The broker: it stays while engines come and go."""

    def __init__(self, folder: Path, ports: dict[str, Any], group: Group) -> None:
        self.folder = folder
        self.group = group
        self._ports = ports
        self._runs = itertools.count()

    @contextmanager
    def run(self, partitions: int = 2) -> Iterator[Settings]:
        """Settings with a folder and topics of their own, all new; the topics are deleted in the end.

        Raises:
            InkstreamError: the broker has died, or does not answer.
        """
        name = f"run-{next(self._runs)}"
        topics: dict[str, Any] = {topic: f"{topic.removesuffix('_topic')}-{name}" for topic in TOPICS}
        here = Settings(state_dir=self.folder / name, partitions=partitions, **self._ports, **topics)
        self._make_topics(here)
        try:
            yield here
        finally:
            self._delete(here, list(topics.values()))

    def _make_topics(self, here: Settings) -> None:
        """Make them as soon as the broker answers."""
        tries = Retrying(
            stop=stop_after_delay(PATIENCE_SECONDS),
            wait=wait_fixed(0.5),
            retry=retry_if_exception_type(KafkaError),
            before_sleep=lambda _: self.group.require_life(),
        )
        try:
            tries(ensure_topics, here)
        except RetryError as error:
            raise InkstreamError(f"Kafka did not answer in {PATIENCE_SECONDS} s; {self.group.last_words()}") from error

    def _delete(self, here: Settings, topics: list[str]) -> None:
        admin = AdminClient(client(here))  # kept: when it goes, so do its requests
        for deleted in admin.delete_topics(topics).values():
            deleted.result()


@contextmanager
def broker(folder: Path) -> Iterator[Broker]:
    """A broker on ports that are free, its log in a folder."""
    ports: dict[str, Any] = dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
    here = Settings(state_dir=folder / "broker", **ports)
    (kafka,) = (one for one in components(here) if one.name == "kafka")
    with running({"kafka": kafka.prepare()}, {}, folder / "broker") as group:
        yield Broker(folder, ports, group)


def client(here: Settings, **config: str | int) -> dict[str, Any]:
    """How the bench's own clients reach the broker: what they cannot do is an exception, and need not be logged too."""
    return {"bootstrap.servers": here.kafka, "log_level": 2, **{key.replace("_", "."): config[key] for key in config}}


class Ends:
    """How many records the topics of a run hold, by their end offsets: to ask costs the broker next to nothing."""

    def __init__(self, here: Settings) -> None:
        self._consumer = Consumer(client(here, group_id="bench-ends"))
        self._partitions = range(here.partitions)

    @retry(stop=stop_after_delay(10), wait=wait_fixed(0.5), retry=retry_if_exception_type(KafkaException), reraise=True)
    def count(self, topic: str) -> int:
        """Records that were ever written to a topic; one just made may have no leader yet.

        Raises:
            KafkaException: the broker does not answer.
        """
        places = (TopicPartition(topic, partition) for partition in self._partitions)
        return sum(int(self._consumer.get_watermark_offsets(place, timeout=10)[1]) for place in places)

    def close(self) -> None:
        """Let go of the connection."""
        self._consumer.close()
