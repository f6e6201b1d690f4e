"""The Kafka topics: made where they are missing, and held to what the pipeline relies on."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import TopicAlreadyExistsError

from pipeline.settings import Settings

# A drawing of 32 MiB with its key and headers; a rejection holds the same in base64.
LARGEST_DRAWING = 33 * 1024 * 1024
LARGEST_REJECTION = 48 * 1024 * 1024
# Some hundred bytes each; a producer's whole batch counts.
LARGEST_CORRECTIONS = 1024 * 1024

# The broker's clock stamps every record: event time never comes from a stranger's clock, and latency
# is measured by one clock.
BROKER_TIME = {"message.timestamp.type": "LogAppendTime"}
FOR_EVER = {"retention.ms": "-1"}

QUICK = {"bootstrap_timeout_ms": 5_000, "reconnect_backoff_max_ms": 500}


class TopicIds(NamedTuple):
    """UUIDs of the topics that the job reads: a topic of the same name, made anew, does not share them."""

    drawings: str
    corrections: str

    def __str__(self) -> str:
        return " ".join(self)


def topic_configs(here: Settings) -> dict[str, dict[str, str]]:
    """Each topic's configuration, where it differs from the broker's."""
    return {
        here.drawings_topic: BROKER_TIME | {"max.message.bytes": str(LARGEST_DRAWING)},
        here.predictions_topic: BROKER_TIME | {"cleanup.policy": "compact"},
        here.rejected_topic: BROKER_TIME | {"max.message.bytes": str(LARGEST_REJECTION)},
        # People's own work, and little of it.
        here.corrections_topic: BROKER_TIME | FOR_EVER | {"max.message.bytes": str(LARGEST_CORRECTIONS)},
    }


def ensure_topics(here: Settings) -> TopicIds:
    """Make the topics that are missing, configure those that are there, and return the ids of those to be read.

    Raises:
        kafka.errors.KafkaError: the broker does not answer, or refuses.
    """
    with _admin(here) as admin:
        configs = topic_configs(here)
        _create_missing(admin, configs, here.partitions)
        admin.alter_configs(
            [ConfigResource(ConfigResourceType.TOPIC, name, config) for name, config in configs.items()]
        )
        read = [here.drawings_topic, here.corrections_topic]
        ids = {topic["name"]: str(topic["topic_id"]) for topic in admin.describe_topics(read)}
        return TopicIds(*(ids[name] for name in read))


def all_ids(here: Settings) -> set[str]:
    """The ids of all topics that there are.

    Raises:
        kafka.errors.KafkaError: the broker does not answer.
    """
    with _admin(here) as admin:
        return {str(topic["topic_id"]) for topic in admin.describe_topics()}


def count_partitions(here: Settings) -> dict[str, int]:
    """How many partitions each of the topics has that are read.

    Raises:
        kafka.errors.KafkaError: the broker does not answer, or does not know one.
    """
    with _admin(here) as admin:
        topics = admin.describe_topics([here.drawings_topic, here.corrections_topic])
        return {topic["name"]: len(topic["partitions"]) for topic in topics}


@contextmanager
def _admin(here: Settings) -> Iterator[KafkaAdminClient]:
    # By default it tries again after 1, 2, 4, … up to 30 s, long after a starting broker has come up.
    admin = KafkaAdminClient(bootstrap_servers=here.kafka, client_id="inkstream-topics", **QUICK)
    try:
        yield admin
    finally:
        admin.close()


def _create_missing(admin: Any, configs: dict[str, dict[str, str]], partitions: int) -> None:
    missing = configs.keys() - set(admin.list_topics())
    wanted = {name: {"num_partitions": partitions, "configs": configs[name]} for name in missing}
    try:
        if wanted:
            admin.create_topics(wanted, wait_for_metadata=True)
    except TopicAlreadyExistsError:
        pass  # somebody else was faster
