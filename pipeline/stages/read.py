"""Drawings from Kafka, with everything the broker knows about each."""

from typing import Any

import apache_beam as beam
from apache_beam.io.kafka import ReadFromKafka

from pipeline.messages import Origin
from pipeline.stages.forms import Arrival


class ReadDrawings(beam.PTransform):
    """Every record of a topic from its first on; its offsets live in the runner's checkpoints.

    The topic must have ``message.timestamp.type=LogAppendTime``: it is the event time.
    """

    def __init__(self, bootstrap_servers: str, topic: str, expansion_service: str) -> None:
        super().__init__()
        self.bootstrap_servers = bootstrap_servers
        self.topic = topic
        self.expansion_service = expansion_service

    def expand(self, pipeline: beam.pvalue.PBegin) -> beam.PCollection[Arrival]:
        """Read with KafkaIO, then give each record its name in our own terms."""
        return (
            pipeline
            | "KafkaIO"
            >> ReadFromKafka(
                consumer_config={"bootstrap.servers": self.bootstrap_servers, "auto.offset.reset": "earliest"},
                topics=[self.topic],
                timestamp_policy=ReadFromKafka.log_append_time,
                with_metadata=True,
                expansion_service=self.expansion_service,
            )
            | "Arrival" >> beam.Map(arrival)
        )


def arrival(record: Any) -> Arrival:
    """A row of KafkaIO's schema as an Arrival; of repeated headers the last one counts."""
    headers = {header.key: header.value for header in record.headers or ()}
    origin = Origin(record.topic, record.partition, record.offset)
    return Arrival(origin, record.timestamp, record.key, record.value, headers)
