"""The whole graph with the real stages; only Kafka is in memory."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.direct.direct_runner import BundleBasedDirectRunner
from apache_beam.testing.test_stream import TestStream as Stream
from deltalake import DeltaTable

from pipeline.graph import build
from pipeline.lakehouse.query import query
from pipeline.messages import Correction, Prediction, Rejection
from pipeline.options import InkstreamOptions
from pipeline.stages import publish, read
from pipeline.topics import TopicIds
from producers.samples import sample_drawings
from tests.unit.pipeline.stages.test_read import Header, Row

SAMPLE = next(sample_drawings(1))
CORRECTION = Correction("a", "42", "47", "test", 1_772_366_400_000)
LABELLED = [Header("label", SAMPLE.number.encode()), Header("source", b"test")]
RECORDS = [
    Row("drawings", 0, 0, b"a", SAMPLE.value, headers=LABELLED),
    Row("corrections", 0, 0, b"a", CORRECTION.to_json()),
    Row("drawings", 0, 1, b"b", b"junk"),
    Row("corrections", 0, 1, b"a", b"junk"),
]


class Source(beam.PTransform):
    """KafkaIO's read in memory."""

    log_append_time = None

    def __init__(self, topics: Sequence[str], **_: Any) -> None:
        super().__init__()
        assert set(topics) == {"drawings", "corrections"}

    def expand(self, pipeline: beam.pvalue.PBegin) -> beam.PCollection[Any]:
        return pipeline | Stream().add_elements(RECORDS).advance_processing_time(6).advance_watermark_to_infinity()


class Sink:
    """Kafka's producer, to a file a topic."""

    folder: Path

    def __init__(self, config: dict[str, str | int]) -> None:
        assert config["bootstrap.servers"] == "broker:9092"

    def produce(self, topic: str, value: bytes, _: bytes, on_delivery: Any) -> None:
        with (Sink.folder / topic).open("ab") as file:
            file.write(value + b"\n")
        on_delivery(None, None)

    def flush(self) -> None:
        """All is written."""


def test_every_record_has_one_outcome_and_each_outcome_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, "ReadFromKafka", Source)
    monkeypatch.setattr(publish, "Producer", Sink)
    Sink.folder = tmp_path
    lakehouse = str(tmp_path / "predictions")
    flags = [
        "--bootstrap_servers=broker:9092",
        f"--lakehouse={lakehouse}",
        "--drawings_topic=drawings",
        "--corrections_topic=corrections",
    ]
    options = PipelineOptions([*flags, "--predictions_topic=answers", "--rejected_topic=rejected", "--streaming"])

    with beam.Pipeline(runner=BundleBasedDirectRunner(), options=options) as pipeline:
        build(pipeline, options.view_as(InkstreamOptions), TopicIds("d", "c"), "none")

    (prediction,) = [Prediction.from_json(line) for line in (tmp_path / "answers").read_bytes().splitlines()]
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
