"""Outcomes to Kafka: predictions to one topic, rejections to the other, keyed by drawing."""

import apache_beam as beam
from apache_beam.io.kafka import WriteToKafka
from apache_beam.transforms.window import GlobalWindows

from pipeline.forms import Landing, Outcome, Reading
from pipeline.messages import LONGEST_KEY, Rejection

LARGEST_RECORD = 48 * 1024 * 1024
"""A rejection holds the original bytes, at most 32 MiB, in base64."""


class Publish(beam.PTransform):
    """Write key and JSON value to a topic, at least once: a bundle ends when the broker has it all."""

    def __init__(self, bootstrap_servers: str, topic: str, expansion_service: str) -> None:
        super().__init__()
        self.topic = topic
        self.expansion_service = expansion_service
        self.producer_config = {
            "bootstrap.servers": bootstrap_servers,
            "acks": "all",
            "enable.idempotence": "true",
            "max.request.size": str(LARGEST_RECORD),
        }

    def expand(self, records: beam.PCollection[tuple[bytes, bytes]]) -> beam.pvalue.PDone:
        """Write with KafkaIO."""
        return records | "KafkaIO" >> WriteToKafka(
            self.producer_config, self.topic, expansion_service=self.expansion_service
        )


class Predictions(beam.PTransform):
    """The outcomes that are readings, as records of the predictions topic."""

    def expand(self, outcomes: beam.PCollection[Outcome]) -> beam.PCollection[tuple[bytes, bytes]]:
        """Pick and serialise."""
        return outcomes | beam.FlatMap(prediction_record).with_output_types(tuple[bytes, bytes])


class Rejections(beam.PTransform):
    """The outcomes that are rejections, as records of the rejected topic."""

    def expand(self, outcomes: beam.PCollection[Landing]) -> beam.PCollection[tuple[bytes, bytes]]:
        """Pick and serialise; all in one window, so that those of drawings and of corrections can be put together."""
        return (
            outcomes
            | "Serialise" >> beam.FlatMap(rejection_record).with_output_types(tuple[bytes, bytes])
            | "OneWindow" >> beam.WindowInto(GlobalWindows())
        )


def prediction_record(outcome: Outcome) -> list[tuple[bytes, bytes]]:
    """Key and value for the predictions topic, if the drawing was read."""
    if not isinstance(outcome, Reading):
        return []
    return [(outcome.prediction.drawing_id.encode(), outcome.prediction.to_json())]


def rejection_record(outcome: Landing) -> list[tuple[bytes, bytes]]:
    """Key and value for the rejected topic, if the record was rejected; without a fit key by its id."""
    if not isinstance(outcome, Rejection):
        return []
    key = outcome.key if outcome.key and len(outcome.key) <= LONGEST_KEY else outcome.drawing_id.encode()
    return [(key, outcome.to_json())]
