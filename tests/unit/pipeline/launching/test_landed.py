from collections.abc import Callable
from pathlib import Path

import pytest
from apache_beam.options.pipeline_options import PipelineOptions

from pipeline.forms import Corrected, Reading
from pipeline.lakehouse import corrections
from pipeline.lakehouse.schema import SCHEMA, to_arrow
from pipeline.lakehouse.table import app_id
from pipeline.lakehouse.writer import LakehouseWriter
from pipeline.launching.landed import landed
from pipeline.messages import Correction, Origin
from pipeline.options import InkstreamOptions
from pipeline.source.positions import BEGINNING, Positions
from pipeline.topics import TopicIds

TOPICS = TopicIds("d", "c")
PARTITIONS = {"drawings": 3, "corrections": 1}


@pytest.fixture
def options(tmp_path: Path) -> InkstreamOptions:
    flags = [f"--lakehouse={tmp_path / 'predictions'}", "--drawings_topic=drawings", "--corrections_topic=corrections"]
    return PipelineOptions(flags).view_as(InkstreamOptions)


def test_without_a_lakehouse_reading_begins_at_the_beginning(options: InkstreamOptions) -> None:
    assert landed(options, TOPICS, PARTITIONS) == BEGINNING


def test_reading_goes_on_behind_what_has_landed(options: InkstreamOptions, reading: Callable[..., Reading]) -> None:
    drawings = LakehouseWriter(options.lakehouse)
    drawings.append(app_id("d", "drawings", 0), 0, 41, [to_arrow([reading(41)])])
    drawings.append(app_id("d", "drawings", 2), 0, 0, [to_arrow([])])  # a rejection has no row, and has landed too
    mended = Corrected(Correction("a", "1", "7", "test", 0), Origin("corrections", 0, 5), 0)
    rows = corrections.to_arrow([mended])
    beside = str(Path(options.lakehouse).with_name("corrections"))
    LakehouseWriter(beside, rows.schema).append(app_id("c", "corrections", 0), 0, 5, [rows])

    assert landed(options, TOPICS, PARTITIONS) == Positions(
        {("drawings", 0): 42, ("drawings", 2): 1, ("corrections", 0): 6}
    )


def test_a_topic_made_anew_is_another_one(options: InkstreamOptions, reading: Callable[..., Reading]) -> None:
    LakehouseWriter(options.lakehouse, SCHEMA).append(app_id("old", "drawings", 0), 0, 41, [to_arrow([reading(41)])])

    assert landed(options, TOPICS, PARTITIONS) == BEGINNING
