from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import apache_beam as beam
import pyarrow as pa
import pytest
from apache_beam.metrics import MetricsFilter
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.direct.direct_runner import BundleBasedDirectRunner
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.testing.test_stream import TestStream as Stream
from apache_beam.testing.util import assert_that, equal_to
from apache_beam.transforms.window import FixedWindows
from deltalake import DeltaTable

from pipeline.forms import Arrival, Corrected, Outcome, Reading
from pipeline.lakehouse import corrections
from pipeline.lakehouse.query import query
from pipeline.lakehouse.schema import SCHEMA, to_arrow
from pipeline.lakehouse.writer import Appended, LakehouseWriter
from pipeline.messages import Correction, Origin, Rejection
from pipeline.settings import REPOSITORY
from pipeline.stages import land as land_stage
from pipeline.stages.classify import ReadDigits
from pipeline.stages.decode import DecodeDrawings
from pipeline.stages.gather import Limits, batches
from pipeline.stages.land import CollectSpans, CommitSpans, Span, ToRows, WriteToLakehouse, chains, span
from producers.samples import sample_drawings

MakeReading = Callable[..., Reading]
MakeRejection = Callable[..., Rejection]


@pytest.fixture
def uri(tmp_path: Path) -> str:
    return str(tmp_path / "lakehouse")


def stored(uri: str) -> Counter[tuple[int, int]]:
    """How often each partition and offset is in the table."""
    rows = query(uri, 'SELECT partition, "offset" FROM predictions')
    return Counter(zip(rows["partition"].to_pylist(), rows["offset"].to_pylist(), strict=True))


def once(*partitions: Iterable[int]) -> Counter[tuple[int, int]]:
    """Each of these offsets once, those of partition 0 first."""
    return Counter((partition, offset) for partition, offsets in enumerate(partitions) for offset in offsets)


def covered(uri: str, partition: int = 0, topic_id: str = "topic-id") -> int | None:
    return DeltaTable(uri).transaction_version(f"{topic_id}/drawings-{partition}")


def streaming(
    uri: str,
    stream: Stream,
    topic_id: str = "topic-id",
    read: beam.PTransform | None = None,
    to_rows: ToRows = to_arrow,
) -> None:
    """Run the stage over the batches in ``stream``, or what ``read`` makes of them; the clock is the stream's."""
    options = PipelineOptions(streaming=True)
    with beam.Pipeline(runner=BundleBasedDirectRunner(), options=options) as pipeline:
        arrived = pipeline | stream.advance_watermark_to_infinity()
        outcomes = arrived | (read or beam.WindowInto(FixedWindows(10)).with_output_types(list[Outcome]))
        outcomes | WriteToLakehouse(uri, topic_id, 5, to_rows)


def land(uri: str, *bundles: Sequence[Outcome], topic_id: str = "topic-id") -> None:
    """The same with bundles that come one by one, with the time between them that makes each a commit."""
    stream = Stream()
    for bundle in bundles:
        stream = stream.add_elements([list(bundle)]).advance_processing_time(6)
    streaming(uri, stream, topic_id)


def commit(uri: str, *bundles: Sequence[Outcome]) -> dict[str, int]:
    """Commit bundles of one partition together, and say what was counted; the streaming runner counts unreliably."""
    with beam.Pipeline(runner=FnApiRunner()) as pipeline:
        spans = [
            pipeline | f"Impulse{n}" >> beam.Impulse() | f"Bundle{n}" >> bundle_of(bundle) | f"Spans{n}" >> collect()
            for n, bundle in enumerate(bundles)
        ]
        spans | beam.Flatten() | beam.GroupByKey() | beam.ParDo(CommitSpans(uri))
    counters = pipeline.result.metrics().query(MetricsFilter().with_namespace("lakehouse"))["counters"]
    return {counter.key.metric.name: counter.committed for counter in counters}


def bundle_of(outcomes: Sequence[Outcome]) -> beam.PTransform:
    """The outcomes as two batches."""
    batches = [outcomes[:2], outcomes[2:]]
    return beam.FlatMap(lambda _: batches).with_output_types(Sequence[Outcome])


def collect() -> beam.PTransform:
    return beam.ParDo(CollectSpans("topic-id")).with_output_types(tuple[str, Span])


def rows_of(spans: Span) -> pa.Table:
    return pa.ipc.open_stream(spans.rows).read_all()


def test_a_span_is_first_and_last_offset_and_the_rows(reading: MakeReading, rejection: MakeRejection) -> None:
    of_five = span([rejection(3), reading(4, "40"), reading(5), rejection(6), rejection(7)])

    assert (of_five.first, of_five.last) == (3, 7)
    assert rows_of(of_five).schema == SCHEMA
    assert rows_of(of_five).select(["offset", "number"]).to_pydict() == {"offset": [4, 5], "number": ["40", "7"]}


def test_a_span_of_rejections_has_no_rows(rejection: MakeRejection) -> None:
    assert rows_of(span([rejection(3)])).num_rows == 0
    assert span([rejection(3)])[:2] == (3, 3)


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], []),
        ([(0, 4)], [[(0, 4)]]),
        ([(0, 4), (5, 5), (6, 9)], [[(0, 4), (5, 5), (6, 9)]]),
        ([(6, 9), (0, 4), (5, 5)], [[(0, 4), (5, 5), (6, 9)]]),
        ([(0, 4), (6, 9)], [[(0, 4)], [(6, 9)]]),
        ([(20, 29), (0, 4), (5, 9)], [[(0, 4), (5, 9)], [(20, 29)]]),
        ([(0, 4), (0, 4)], [[(0, 4)], [(0, 4)]]),
        ([(0, 9), (5, 14)], [[(0, 9)], [(5, 14)]]),
    ],
)
def test_chains_are_cut_where_offsets_do_not_follow_each_other(
    spans: list[tuple[int, int]], expected: list[list[tuple[int, int]]]
) -> None:
    found = chains(iter([Span(first, last, b"") for first, last in spans]))

    assert [[(link.first, link.last) for link in chain] for chain in found] == expected


def test_a_bundle_becomes_one_span_for_each_partition(reading: MakeReading, rejection: MakeRejection) -> None:
    bundle: list[Outcome] = [reading(10), rejection(0, partition=1), reading(11), reading(1, partition=1), reading(12)]
    with beam.Pipeline(runner=FnApiRunner()) as pipeline:
        spans = pipeline | beam.Impulse() | bundle_of(bundle) | collect()
        assert_that(
            spans | beam.MapTuple(lambda app_id, span: (app_id, span.first, span.last, rows_of(span).num_rows)),
            equal_to([("topic-id/drawings-0", 10, 12, 3), ("topic-id/drawings-1", 0, 1, 1)]),
        )


def test_a_bundle_begins_without_what_was_in_the_one_before(reading: MakeReading) -> None:
    collector = CollectSpans("topic-id")
    found = []
    for offset in (0, 1):
        collector.start_bundle()
        found += collector.process([reading(offset)])
        found += [windowed.value[1] for windowed in collector.finish_bundle()]

    assert [(span.first, span.last) for span in found] == [(0, 0), (1, 1)]


def test_enough_outcomes_of_a_partition_are_a_span_at_once(
    reading: MakeReading, rejection: MakeRejection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(land_stage, "ENOUGH", 3)
    collector = CollectSpans("topic-id")
    collector.start_bundle()
    batches: list[list[Outcome]] = [
        [reading(0), reading(0, partition=1), rejection(1)],
        [reading(2), reading(1, partition=1), reading(3)],
        [reading(4)],
    ]

    at_once = [[windowed.value for windowed in collector.process(batch)] for batch in batches]
    at_last = [windowed.value for windowed in collector.finish_bundle()]

    assert [[(key, span.first, span.last, rows_of(span).num_rows) for key, span in emitted] for emitted in at_once] == [
        [],
        [("topic-id/drawings-0", 0, 3, 3)],
        [],
    ]
    assert sorted((key, span.first, span.last) for key, span in at_last) == [
        ("topic-id/drawings-0", 4, 4),
        ("topic-id/drawings-1", 0, 1),
    ]


def test_each_reading_is_written_once_and_rejections_are_covered(
    uri: str, reading: MakeReading, rejection: MakeRejection
) -> None:
    land(
        uri,
        [reading(0), rejection(1), reading(0, partition=1), reading(2)],
        [reading(3), reading(1, partition=1), rejection(2, partition=1)],
        [rejection(4), rejection(5)],
    )

    assert stored(uri) == once([0, 2, 3], [0, 1])
    assert (covered(uri, 0), covered(uri, 1)) == (5, 2)


def test_bundles_of_a_few_seconds_are_one_commit_a_partition(uri: str, reading: MakeReading) -> None:
    stream = Stream()
    for offset in range(20):
        stream = stream.add_elements([[reading(offset)]]).advance_processing_time(0.1)

    streaming(uri, stream.advance_processing_time(6))

    assert stored(uri) == once(range(20))
    assert [action["operation"] for action in DeltaTable(uri).history()] == ["WRITE", "CREATE TABLE"]


def test_each_outcome_is_handed_to_the_lakehouse_once(
    uri: str, reading: MakeReading, rejection: MakeRejection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would take no row twice; but to hand over all that ever came would take more and more time."""
    handed = []
    append = LakehouseWriter.append

    def note(self: LakehouseWriter, app_id: str, first: int, last: int, rows: list[pa.RecordBatch]) -> Appended:
        handed.append((app_id, first, last, sum(batch.num_rows for batch in rows)))
        return append(self, app_id, first, last, rows)

    monkeypatch.setattr(LakehouseWriter, "append", note)
    land(uri, [reading(0), rejection(1)], [reading(2), reading(3)], [reading(4)])

    assert handed == [
        ("topic-id/drawings-0", first, last, rows) for first, last, rows in [(0, 1, 1), (2, 3, 2), (4, 4, 1)]
    ]


def test_a_replay_adds_nothing_however_it_is_cut(uri: str, reading: MakeReading, rejection: MakeRejection) -> None:
    outcomes: list[Outcome] = [reading(0), rejection(1), reading(2), reading(3), rejection(4)]
    land(uri, outcomes[:2], outcomes[2:])

    land(uri, outcomes[:4], [*outcomes[4:], reading(5)])

    assert stored(uri) == once([0, 2, 3, 5])
    assert covered(uri) == 5


def test_rows_are_counted_as_new_or_as_there_already(uri: str, reading: MakeReading, rejection: MakeRejection) -> None:
    bundle: list[Outcome] = [reading(0), rejection(1), reading(2)]

    assert commit(uri, bundle, bundle) == {"rows": 2, "rows_already_there": 2, "offsets_missing": 0}
    assert commit(uri, [*bundle, reading(3)]) == {"rows": 1, "rows_already_there": 2, "offsets_missing": 0}
    assert stored(uri) == once([0, 2, 3])


@pytest.mark.parametrize(
    "bundles",
    [
        pytest.param([(2, 3)], id="before the first"),
        pytest.param([(0, 1), (4, 5)], id="between bundles"),
        pytest.param([(4, 5), (0, 1)], id="between bundles that change places"),
        pytest.param([(0,), (2,), (4,)], id="two gaps"),
        pytest.param([(0, 1, 4, 5)], id="within a bundle"),
    ],
)
def test_missing_offsets_are_counted_and_the_rest_is_written(
    bundles: list[tuple[int, ...]], uri: str, reading: MakeReading
) -> None:
    counted = commit(uri, *([reading(offset) for offset in bundle] for bundle in bundles))

    assert counted["offsets_missing"] == 2
    assert stored(uri) == once(offset for bundle in bundles for offset in bundle)


def test_a_gap_since_the_last_commit_is_counted_too(uri: str, reading: MakeReading, rejection: MakeRejection) -> None:
    commit(uri, [reading(0), rejection(1)])

    assert commit(uri, [rejection(5)])["offsets_missing"] == 3
    assert covered(uri) == 5


def test_a_topic_made_anew_begins_anew(uri: str, reading: MakeReading) -> None:
    land(uri, [reading(0), reading(1)])

    land(uri, [reading(0)], topic_id="another-id")

    assert stored(uri) == Counter({(0, 0): 2, (0, 1): 1})
    assert (covered(uri), covered(uri, topic_id="another-id")) == (1, 0)


def test_corrections_land_the_same_way_in_a_table_of_their_own(uri: str, rejection: MakeRejection) -> None:
    def corrected(offset: int) -> Corrected:
        return Corrected(Correction("a", str(offset), "7", "test", 0), Origin("drawings", 0, offset), 0)

    for last in (3, 5):  # the second time it is a replay, and more
        parsed = [rejection(1) if offset == 1 else corrected(offset) for offset in range(last)]
        arrived = Stream().add_elements([parsed]).advance_processing_time(6)
        streaming(uri, arrived, read=beam.Map(lambda each: each), to_rows=corrections.to_arrow)

    rows = DeltaTable(uri).to_pyarrow_dataset().to_table()
    assert rows.schema.names == corrections.SCHEMA.names
    assert sorted(rows["number"].to_pylist()) == ["0", "2", "3", "4"]
    assert covered(uri) == 4


def test_outcomes_of_a_bundle_may_come_in_any_order(uri: str, reading: MakeReading, rejection: MakeRejection) -> None:
    """The guard against replays relies on the order of offsets, and shall not rely on that of batches."""
    counted = commit(uri, [reading(2), reading(3), rejection(0), reading(1), rejection(4)])

    assert counted == {"rows": 3, "rows_already_there": 0, "offsets_missing": 0}
    assert stored(uri) == once([1, 2, 3])
    assert covered(uri) == 4


def test_a_backlog_of_many_windows_in_one_bundle_lands_whole(uri: str) -> None:
    """As after a night with a drawing now and then, and two at once."""
    seconds = [0, 20, 40, 41, *range(60, 400, 20)]
    arrivals = [
        Arrival(Origin("drawings", 0, offset), second * 1000, None, sample.value, {})
        for offset, (second, sample) in enumerate(zip(seconds, sample_drawings(len(seconds)), strict=True))
    ]
    elements = list(batches(arrivals, Limits(1024, 10_000)))
    assert len(elements) > 10

    streaming(uri, Stream().add_elements(elements).advance_processing_time(6), read=Read())

    assert stored(uri) == once(range(len(seconds)))
    assert covered(uri) == len(seconds) - 1


class Read(beam.PTransform):
    """All stages before."""

    def expand(self, batches: beam.PCollection[list[Arrival]]) -> beam.PCollection[list[Outcome]]:
        return batches | DecodeDrawings() | ReadDigits(str(REPOSITORY / "training" / "digits.keras"), 10.0, threads=2)
