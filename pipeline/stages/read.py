"""Drawings and corrections from Kafka, with everything the broker knows about each."""

from collections.abc import Sequence
from typing import Any

import apache_beam as beam
from apache_beam.io.kafka import ReadFromKafka

from pipeline.forms import Arrival
from pipeline.messages import Origin


class ReadRecords(beam.PTransform):
    """Every record of some topics from its first on, as rows of KafkaIO's schema.

    Their offsets live in the runner's checkpoints. One source reads all topics, since a second one would cost an idle
    stack as much as the first. They must have ``message.timestamp.type=LogAppendTime``: it is the event time.
    """

    def __init__(self, bootstrap_servers: str, topics: Sequence[str], expansion_service: str) -> None:
        super().__init__()
        self.bootstrap_servers = bootstrap_servers
        self.topics = list(topics)
        self.expansion_service = expansion_service

    def expand(self, pipeline: beam.pvalue.PBegin) -> beam.PCollection[Any]:
        """Read with KafkaIO."""
        return pipeline | "KafkaIO" >> ReadFromKafka(
            consumer_config={"bootstrap.servers": self.bootstrap_servers, "auto.offset.reset": "earliest"},
            topics=self.topics,
            timestamp_policy=ReadFromKafka.log_append_time,
            with_metadata=True,
            expansion_service=self.expansion_service,
        )


def arrival(record: Any) -> Arrival:
    """A row of KafkaIO's schema as an Arrival; of repeated headers the last one counts."""
    headers = {header.key: header.value for header in record.headers or ()}
    origin = Origin(record.topic, record.partition, record.offset)
    return Arrival(origin, record.timestamp, record.key, record.value, headers)
