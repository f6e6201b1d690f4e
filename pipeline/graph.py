"""The whole dataflow on one screen.

    Kafka: drawings    ┐              ┌→ DecodeDrawings → ReadDigits ┬→ Predictions → Kafka: predictions
                       ├ ReadArrivals ┤                              ├→ WriteToLakehouse (Delta: predictions)
                       │              │                              └→ Rejections ┬→ Kafka: rejected
    Kafka: corrections ┘              └→ ParseCorrections ┬→ Rejections ───────────┘
                                                          └→ WriteCorrections (Delta: corrections)

Every arrival has exactly one outcome, a reading or correction or else a rejection, and outcomes stay in the order of
arrival: that is what lets the lakehouse prove that nothing is missing and nothing is there twice.
"""

import apache_beam as beam

from pipeline.forms import Arrival, Decoded, Outcome, Parsed
from pipeline.lakehouse import corrections
from pipeline.lakehouse.location import corrections_beside
from pipeline.options import InkstreamOptions
from pipeline.stages.classify import ReadDigits
from pipeline.stages.correct import ParseCorrections
from pipeline.stages.decode import DecodeDrawings
from pipeline.stages.land import WriteToLakehouse
from pipeline.stages.publish import Predictions, Publish, Rejections
from pipeline.stages.read import CORRECTIONS, DRAWINGS, ReadArrivals
from pipeline.topics import TopicIds


def build(pipeline: beam.Pipeline, options: InkstreamOptions, topics: TopicIds, expansion_service: str) -> None:
    """Add every stage to ``pipeline``; ``topics`` tells these topics from any of the same names before them."""
    kafka, seconds = options.bootstrap_servers, options.commit_seconds

    arrivals = pipeline | "ReadArrivals" >> ReadArrivals(
        kafka, options.drawings_topic, options.corrections_topic, expansion_service
    )
    drawings: beam.PCollection[Arrival] = arrivals[DRAWINGS]
    decoded: beam.PCollection[Decoded] = drawings | "DecodeDrawings" >> DecodeDrawings()
    outcomes: beam.PCollection[Outcome] = decoded | "ReadDigits" >> ReadDigits(
        options.model, options.window_seconds, options.max_batch_size, options.inference_threads
    )
    parsed: beam.PCollection[Parsed] = arrivals[CORRECTIONS] | "ParseCorrections" >> ParseCorrections()
    (
        outcomes
        | "Predictions" >> Predictions()
        | "PublishPredictions" >> Publish(kafka, options.predictions_topic, expansion_service)
    )
    (
        (outcomes | "Rejections" >> Rejections(), parsed | "RejectedCorrections" >> Rejections())
        | "AllRejections" >> beam.Flatten()
        | "PublishRejections" >> Publish(kafka, options.rejected_topic, expansion_service)
    )
    outcomes | "WriteToLakehouse" >> WriteToLakehouse(options.lakehouse, topics.drawings, seconds)
    parsed | "WriteCorrections" >> WriteToLakehouse(
        corrections_beside(options.lakehouse), topics.corrections, seconds, corrections.to_arrow
    )
