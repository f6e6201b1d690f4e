"""The whole dataflow on one screen.

    Kafka: drawings    ┐             ┌→ DecodeDrawings → ReadDigits → PublishOutcomes → WriteToLakehouse
                       ├ ReadBatches ┤                                ↓                 ↓
    Kafka: corrections ┘             │     Kafka: predictions, rejected                 Delta: predictions
                                     └→ ParseCorrections → PublishRejections → WriteCorrections
                                                           ↓                   ↓
                                             Kafka: rejected                   Delta: corrections

Every arrival has exactly one outcome, a reading or correction or else a rejection, and outcomes stay in the order of
arrival: that is what lets the lakehouse prove that nothing is missing and nothing is there twice. Only what Kafka has
lands: what has landed need never be read again.
"""

import apache_beam as beam
from apache_beam.options.pipeline_options import FlinkRunnerOptions

from pipeline.forms import Arrival, Decoded, Outcome, Parsed
from pipeline.lakehouse import corrections
from pipeline.lakehouse.landed import Destination, Landed
from pipeline.lakehouse.location import corrections_beside
from pipeline.options import InkstreamOptions
from pipeline.source.positions import Positions
from pipeline.stages.classify import ReadDigits
from pipeline.stages.correct import ParseCorrections
from pipeline.stages.decode import DecodeDrawings
from pipeline.stages.gather import Limits
from pipeline.stages.land import WriteToLakehouse
from pipeline.stages.publish import Publish, Topics
from pipeline.stages.read import CORRECTIONS, DRAWINGS, ReadBatches, TopicsRead
from pipeline.topics import TopicIds


def build(pipeline: beam.Pipeline, options: InkstreamOptions, topics: TopicIds, start: Positions) -> None:
    """Add every stage to ``pipeline``.

    ``topics`` tells these topics from any of the same names before them; ``start`` is where a new job begins to read.
    """
    kafka, seconds, into = options.bootstrap_servers, options.commit_seconds, destinations(options, topics)

    arrivals = pipeline | "ReadBatches" >> ReadBatches(
        kafka,
        TopicsRead(options.drawings_topic, options.corrections_topic),
        Limits(options.max_batch_size, options.window_seconds * 1000),
        options.view_as(FlinkRunnerOptions).parallelism,
        start,
        Landed(into),
    )
    drawings: beam.PCollection[list[Arrival]] = arrivals[DRAWINGS]
    decoded: beam.PCollection[list[Decoded]] = drawings | "DecodeDrawings" >> DecodeDrawings()
    outcomes: beam.PCollection[list[Outcome]] = decoded | "ReadDigits" >> ReadDigits(
        options.model, options.window_seconds, options.inference_threads
    )
    parsed: beam.PCollection[list[Parsed]] = arrivals[CORRECTIONS] | "ParseCorrections" >> ParseCorrections()
    publish = Publish(kafka, Topics(options.predictions_topic, options.rejected_topic))
    published = outcomes | "PublishOutcomes" >> publish
    published | "WriteToLakehouse" >> WriteToLakehouse(*into[options.drawings_topic], seconds)
    told = parsed | "PublishRejections" >> publish
    told | "WriteCorrections" >> WriteToLakehouse(*into[options.corrections_topic], seconds, corrections.to_arrow)


def destinations(options: InkstreamOptions, topics: TopicIds) -> dict[str, Destination]:
    """Where the records of each topic land."""
    return {
        options.drawings_topic: Destination(options.lakehouse, topics.drawings),
        options.corrections_topic: Destination(corrections_beside(options.lakehouse), topics.corrections),
    }
