"""The whole graph with the real stages; only Kafka is in memory."""

from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.pvalue import TaggedOutput
from apache_beam.runners.direct.direct_runner import BundleBasedDirectRunner
from apache_beam.testing.test_stream import TestStream as Stream
from deltalake import DeltaTable

from pipeline import graph
from pipeline.forms import Arrival
from pipeline.graph import build
from pipeline.lakehouse.landed import Landed
from pipeline.lakehouse.query import query
from pipeline.messages import Correction, Origin, Prediction, Rejection
from pipeline.options import InkstreamOptions
from pipeline.source.positions import Positions
from pipeline.stages import land, publish
from pipeline.stages.gather import Limits
from pipeline.stages.land import Land
from pipeline.stages.read import CORRECTIONS, DRAWINGS, TopicsRead
from pipeline.topics import TopicIds
from producers.samples import sample_drawings

SAMPLE = next(sample_drawings(1))
CORRECTION = Correction("a", "42", "47", "test", 1_772_366_400_000)
NOW = 1_772_366_400_000
LABELLED: dict[str, bytes | None] = {"label": SAMPLE.number.encode(), "source": b"test"}
DRAWN = [
    Arrival(Origin("drawings", 0, 0), NOW, b"a", SAMPLE.value, LABELLED),
    Arrival(Origin("drawings", 0, 1), NOW, b"b", b"junk", {}),
]
MENDED = [
    Arrival(Origin("corrections", 0, 0), NOW, b"a", CORRECTION.to_json(), {}),
    Arrival(Origin("corrections", 0, 1), NOW, b"a", b"junk", {}),
]


START = Positions({("drawings", 0): 7})


class Source(beam.PTransform):
    """ReadBatches in memory: it reads everything twice, as after a failure, and ends."""

    def __init__(
        self, kafka: str, topics: TopicsRead, limits: Limits, parallelism: int, start: Positions, landed: Landed
    ) -> None:
        super().__init__()
        assert {topic: into.topic_id for topic, into in landed.destinations.items()} == {
            "drawings": "d",
            "corrections": "c",
        }
        assert (kafka, topics, parallelism) == ("broker:9092", TopicsRead("drawings", "corrections"), 3)
        assert (limits, start) == (Limits(1024, 10_000), START)

    def expand(self, pipeline: beam.pvalue.PBegin) -> Any:
        batches = Stream().add_elements([DRAWN, MENDED]).advance_processing_time(6).add_elements([DRAWN, MENDED])
        return (
            pipeline
            | batches.advance_watermark_to_infinity()
            | beam.FlatMap(_by_topic).with_outputs(CORRECTIONS, main=DRAWINGS)
        )


def _by_topic(batch: list[Arrival]) -> list[Any]:
    return [batch if batch[0].origin.topic == "drawings" else TaggedOutput(CORRECTIONS, batch)]


class Sink:
    """Kafka's producer, to a file a topic."""

    folder: Path

    def __init__(self, config: dict[str, str | int | bool]) -> None:
        assert config["bootstrap.servers"] == "broker:9092"

    def produce(self, topic: str, value: bytes, _: bytes, on_delivery: Any) -> None:
        with (Sink.folder / topic).open("ab") as file:
            file.write(value + b"\n")
        on_delivery(None, None)

    def flush(self) -> None:
        """All is written."""


class LandAtOnce(Land):
    """This runner has a new worker for each bundle: no later one could commit it."""

    def finish_bundle(self) -> None:
        super().finish_bundle()
        for _ in range(2):
            self.due = 0
            self.start_bundle()


def test_every_record_has_one_outcome_and_each_outcome_its_place_whenever_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graph, "ReadBatches", Source)
    monkeypatch.setattr(publish, "Producer", Sink)
    monkeypatch.setattr(land, "Land", LandAtOnce)
    Sink.folder = tmp_path
    lakehouse = str(tmp_path / "predictions")
    flags = [
        "--bootstrap_servers=broker:9092",
        f"--lakehouse={lakehouse}",
        "--drawings_topic=drawings",
        "--corrections_topic=corrections",
        "--parallelism=3",
    ]
    options = PipelineOptions([*flags, "--predictions_topic=answers", "--rejected_topic=rejected", "--streaming"])

    with beam.Pipeline(runner=BundleBasedDirectRunner(), options=options) as pipeline:
        build(pipeline, options.view_as(InkstreamOptions), TopicIds("d", "c"), START)

    predictions = [Prediction.from_json(line) for line in (tmp_path / "answers").read_bytes().splitlines()]
    prediction, again = predictions
    assert again.drawing_id == prediction.drawing_id
    assert (prediction.drawing_id, prediction.label, prediction.source) == ("a", SAMPLE.number, "test")
    assert (prediction.topic, prediction.partition, prediction.offset, prediction.batch_size) == ("drawings", 0, 0, 1)
    rejected = [Rejection.from_json(line) for line in (tmp_path / "rejected").read_bytes().splitlines()]
    assert {(one.code, one.topic, one.offset) for one in rejected} == {
        ("not_an_image", "drawings", 1),
        ("invalid_correction", "corrections", 1),
    }
    assert query(lakehouse, "SELECT drawing_id FROM predictions").to_pylist() == [{"drawing_id": "a"}]
    assert query(lakehouse, "SELECT number FROM corrected").to_pylist() == [{"number": "42"}]
    covered = DeltaTable(lakehouse).transaction_version("d/drawings-0")
    assert (covered, DeltaTable(str(tmp_path / "corrections")).transaction_version("c/corrections-0")) == (1, 1)
