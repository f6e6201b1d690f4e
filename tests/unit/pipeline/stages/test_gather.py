from collections.abc import Sequence
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.pvalue import TaggedOutput
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.testing.util import assert_that, equal_to

from pipeline.stages.gather import CORRECTIONS, DRAWINGS, CollectBatches, GatherBatches, Limits
from tests.unit.pipeline.stages.test_read import Row

TEN_SECONDS = 10_000
NEW_WINDOW = 1_772_366_400_000


def rows(count: int, size: int = 10, step_ms: int = 1, topic: str = "drawings") -> list[Row]:
    """Records of so many bytes, each so much later than the one before."""
    return [
        Row(topic, 0, offset, value=bytes(size), timestamp=NEW_WINDOW + offset * step_ms) for offset in range(count)
    ]


def gathered(limits: Limits, *bundles: Sequence[Row]) -> list[tuple[str, list[int]]]:
    """The output and the offsets of each batch, in the order in which they come."""
    collector = CollectBatches("corrections", limits)
    found: list[Any] = []
    for bundle in bundles:
        collector.start_bundle()
        for row in bundle:
            found += collector.process(row) or []
        found += collector.finish_bundle()
    return [_told(element) for element in found]


def _told(element: Any) -> tuple[str, list[int]]:
    topic = element.tag if isinstance(element, TaggedOutput) else DRAWINGS
    windowed = element.value if isinstance(element, TaggedOutput) else element
    assert windowed.timestamp.micros // 1000 == windowed.value[-1].timestamp
    return topic, [one.origin.offset for one in windowed.value]


def test_a_batch_is_what_a_bundle_holds() -> None:
    three = rows(3)

    assert gathered(Limits(1024, TEN_SECONDS), three[:2], [], three[2:]) == [(DRAWINGS, [0, 1]), (DRAWINGS, [2])]


def test_a_batch_holds_no_more_than_the_maximum() -> None:
    assert gathered(Limits(2, TEN_SECONDS), rows(5)) == [(DRAWINGS, [0, 1]), (DRAWINGS, [2, 3]), (DRAWINGS, [4])]


def test_a_batch_ends_where_a_window_ends() -> None:
    assert gathered(Limits(1024, TEN_SECONDS), rows(5, step_ms=4_000)) == [(DRAWINGS, [0, 1, 2]), (DRAWINGS, [3, 4])]


def test_a_batch_has_no_more_bytes_than_memory_can_bear_but_one_drawing_passes_whatever_its_size() -> None:
    sizes = [40, 60, 1, 500, 7, 93, 1]
    records = [Row(offset=offset, value=bytes(size)) for offset, size in enumerate(sizes)]

    assert gathered(Limits(1024, TEN_SECONDS, bytes=100), records) == [
        (DRAWINGS, offsets) for offsets in ([0, 1], [2], [3], [4, 5], [6])
    ]


def test_records_without_value_are_gathered_too() -> None:
    assert gathered(Limits(1024, TEN_SECONDS), [Row(offset=0, value=None), Row(offset=1)]) == [(DRAWINGS, [0, 1])]


def test_topics_part_and_each_keeps_its_order() -> None:
    drawn, mended = rows(5), rows(3, topic="corrections")
    bundle = [drawn[0], mended[0], drawn[1], drawn[2], mended[1], drawn[3], drawn[4], mended[2]]

    assert gathered(Limits(2, TEN_SECONDS), bundle) == [
        (DRAWINGS, [0, 1]),
        (DRAWINGS, [2, 3]),
        (CORRECTIONS, [0, 1]),
        (DRAWINGS, [4]),
        (CORRECTIONS, [2]),
    ]


@pytest.mark.parametrize("most", [1, 2, 1024])
def test_in_the_pipeline_nothing_is_lost(most: int) -> None:
    records = [*rows(5, step_ms=4_000), *rows(3, topic="corrections")]
    with beam.Pipeline(runner=FnApiRunner()) as pipeline:
        batches = pipeline | beam.Create(records) | GatherBatches("corrections", 10.0, most)
        drawings, corrections = (
            batches[name] | f"Where {name}" >> beam.FlatMap(lambda batch: [str(one.origin) for one in batch])
            for name in (DRAWINGS, CORRECTIONS)
        )
        assert_that(drawings, equal_to([f"drawings-0-{offset}" for offset in range(5)]), label="Drawings")
        assert_that(corrections, equal_to([f"corrections-0-{offset}" for offset in range(3)]), label="Corrections")
