"""Records of confluent-kafka as arrivals, and how its clients are set up: as safe as the stream's own."""

from typing import Any

from confluent_kafka import KafkaException

from pipeline.forms import Arrival
from pipeline.messages import Origin


def consumer_config(kafka: str) -> dict[str, str]:
    """From the first record on; offsets are committed by who consumes, once the predictions are out."""
    return {
        "bootstrap.servers": kafka,
        "group.id": "bench",
        "auto.offset.reset": "earliest",
        "enable.auto.commit": "false",
    }


def producer_config(kafka: str) -> dict[str, str]:
    """Acknowledged records are on the broker once and to stay, as those of the stream."""
    return {"bootstrap.servers": kafka, "acks": "all", "enable.idempotence": "true"}


def arrival(message: Any) -> Arrival:
    """A ``Message`` as the recognition wants it.

    Raises:
        KafkaException: the message is an error.
    """
    if error := message.error():
        raise KafkaException(error)
    origin = Origin(message.topic(), message.partition(), message.offset())
    return Arrival(origin, message.timestamp()[1], message.key(), message.value(), dict(message.headers() or ()))
