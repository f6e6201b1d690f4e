"""Drawings and corrections from Kafka, with everything the broker knows about each."""

from collections.abc import Iterator
from typing import Any

import apache_beam as beam
from apache_beam.io.kafka import ReadFromKafka
from apache_beam.pvalue import TaggedOutput

from pipeline.forms import Arrival
from pipeline.messages import Origin

DRAWINGS, CORRECTIONS = "drawings", "corrections"


class ReadArrivals(beam.PTransform):
    """Every record of two topics from its first on, by topic: ``DRAWINGS`` and ``CORRECTIONS``.

    Their offsets live in the runner's checkpoints. One source reads both, since a second one would cost an idle stack
    as much as the first. The topics must have ``message.timestamp.type=LogAppendTime``: it is the event time.
    """

    def __init__(self, bootstrap_servers: str, drawings: str, corrections: str, expansion_service: str) -> None:
        super().__init__()
        self.bootstrap_servers = bootstrap_servers
        self.drawings = drawings
        self.corrections = corrections
        self.expansion_service = expansion_service

    def expand(self, pipeline: beam.pvalue.PBegin) -> Any:
        """Read with KafkaIO, then give each record its name in our own terms."""
        return (
            pipeline
            | "KafkaIO"
            >> ReadFromKafka(
                consumer_config={"bootstrap.servers": self.bootstrap_servers, "auto.offset.reset": "earliest"},
                topics=[self.drawings, self.corrections],
                timestamp_policy=ReadFromKafka.log_append_time,
                with_metadata=True,
                expansion_service=self.expansion_service,
            )
            | "ByTopic" >> by_topic(self.corrections)
        )


def by_topic(corrections: str) -> beam.ParDo:
    """Rows of KafkaIO's schema as arrivals, those of the corrections topic in an output of their own."""

    def part(record: Any) -> Iterator[Any]:
        one = arrival(record)
        yield TaggedOutput(CORRECTIONS, one) if one.origin.topic == corrections else one

    return beam.FlatMap(part).with_output_types(Arrival).with_outputs(CORRECTIONS, main=DRAWINGS)


def arrival(record: Any) -> Arrival:
    """A row of KafkaIO's schema as an Arrival; of repeated headers the last one counts."""
    headers = {header.key: header.value for header in record.headers or ()}
    origin = Origin(record.topic, record.partition, record.offset)
    return Arrival(origin, record.timestamp, record.key, record.value, headers)
