"""The whole dataflow on one screen.

    Kafka: drawings → ReadDrawings → DecodeDrawings → ReadDigits ┬→ Predictions → Kafka: predictions
                                                                 ├→ Rejections  → Kafka: rejected
                                                                 └→ WriteToLakehouse (Delta)

Every arrival has exactly one outcome, a reading or a rejection, and outcomes stay in the order of
arrival: that is what lets the lakehouse prove that nothing is missing and nothing is there twice.
"""

import apache_beam as beam

from pipeline.options import InkstreamOptions
from pipeline.stages.classify import ReadDigits
from pipeline.stages.decode import DecodeDrawings
from pipeline.stages.forms import Arrival, Decoded, Outcome
from pipeline.stages.land import WriteToLakehouse
from pipeline.stages.publish import Predictions, Publish, Rejections
from pipeline.stages.read import ReadDrawings


def build(pipeline: beam.Pipeline, options: InkstreamOptions, topic_id: str, expansion_service: str) -> None:
    """Add every stage to ``pipeline``; ``topic_id`` tells this drawings topic from one of the same name before it."""
    kafka = options.bootstrap_servers

    arrivals: beam.PCollection[Arrival] = pipeline | "ReadDrawings" >> ReadDrawings(
        kafka, options.drawings_topic, expansion_service
    )
    decoded: beam.PCollection[Decoded] = arrivals | "DecodeDrawings" >> DecodeDrawings()
    outcomes: beam.PCollection[Outcome] = decoded | "ReadDigits" >> ReadDigits(
        options.model, options.window_seconds, options.max_batch_size, options.inference_threads
    )
    (
        outcomes
        | "Predictions" >> Predictions()
        | "PublishPredictions" >> Publish(kafka, options.predictions_topic, expansion_service)
    )
    (
        outcomes
        | "Rejections" >> Rejections()
        | "PublishRejections" >> Publish(kafka, options.rejected_topic, expansion_service)
    )
    outcomes | "WriteToLakehouse" >> WriteToLakehouse(options.lakehouse, topic_id, options.commit_seconds)
