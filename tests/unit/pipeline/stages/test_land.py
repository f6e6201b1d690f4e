from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pytest
from deltalake import DeltaTable

from pipeline.forms import Arrival, Corrected, Landing, Outcome, Reading
from pipeline.lakehouse import corrections
from pipeline.lakehouse.query import query
from pipeline.lakehouse.schema import SCHEMA, to_arrow
from pipeline.lakehouse.writer import Appended, LakehouseWriter
from pipeline.messages import Correction, Origin, Rejection
from pipeline.recognition.classifier import Classifier
from pipeline.settings import REPOSITORY
from pipeline.stages import land as land_stage
from pipeline.stages.classify import read_batch
from pipeline.stages.decode import decode_batch
from pipeline.stages.gather import Limits, batches
from pipeline.stages.land import TRIES, Land, Span, ToRows, append, chains, span, spans
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


def stage_at(uri: str, topic_id: str = "topic-id", to_rows: ToRows = to_arrow, seconds: float = 0) -> Land:
    """The stage in a worker that has just begun; as a rule it commits as often as it can."""
    stage = Land(uri, topic_id, seconds, to_rows)
    stage.setup()
    return stage


def keeper_at(uri: str) -> Land:
    """A stage that commits when it is told to."""
    stage = stage_at(uri, seconds=3_600)
    stage.due = float("inf")
    return stage


def run(stage: Land, *batches: Sequence[Landing]) -> None:
    """One bundle."""
    stage.start_bundle()
    for batch in batches:
        stage.process(batch)
    stage.finish_bundle()


def tell(stage: Land) -> None:
    """An empty bundle: it waits for the commit before, and begins one of what there is."""
    stage.due = 0
    run(stage)


def settle(stage: Land) -> None:
    """One begins the last commit, the other waits for it."""
    tell(stage)
    tell(stage)


def land(uri: str, *bundles: Sequence[Outcome], topic_id: str = "topic-id") -> None:
    """Run bundles, each as two batches, and let them land."""
    stage = stage_at(uri, topic_id)
    for bundle in bundles:
        run(stage, bundle[:2], bundle[2:])
    settle(stage)


class Counted(NamedTuple):
    """What was counted of commits."""

    rows: int
    already_there: int
    missing: int


def commit(uri: str, *bundles: Sequence[Outcome]) -> Counted:
    """Commit bundles of one partition together, and count."""
    own = [span for bundle in bundles for span in spans(bundle)]
    done = append(LakehouseWriter(uri), {"topic-id/drawings-0": own})
    return Counted(
        sum(one.written for one in done), sum(one.already_there for one in done), sum(len(one.missing) for one in done)
    )


def test_a_span_is_first_and_last_offset_and_the_rows(reading: MakeReading, rejection: MakeRejection) -> None:
    of_five = span([rejection(3), reading(4, "40"), reading(5), rejection(6), rejection(7)])

    assert (of_five.first, of_five.last) == (3, 7)
    assert of_five.rows.schema == SCHEMA
    assert of_five.rows.select(["offset", "number"]).to_pydict() == {"offset": [4, 5], "number": ["40", "7"]}


def test_a_span_of_rejections_has_no_rows(rejection: MakeRejection) -> None:
    first, last, rows = span([rejection(3)])

    assert (first, last, rows.num_rows) == (3, 3, 0)


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
    found = chains(iter([Span(first, last, to_arrow([])) for first, last in spans]))

    assert [[(link.first, link.last) for link in chain] for chain in found] == expected


def test_what_comes_in_a_bundle_is_kept_by_partition_in_the_order_of_offsets(
    uri: str, reading: MakeReading, rejection: MakeRejection
) -> None:
    stage = keeper_at(uri)

    run(stage, [reading(10), rejection(0, partition=1), reading(11)], [reading(1, partition=1), reading(12)])

    assert told(stage) == {"topic-id/drawings-0": [(10, 12, 3)], "topic-id/drawings-1": [(0, 1, 1)]}


def told(stage: Land) -> dict[str, list[tuple[int, int, int]]]:
    """First and last offset and number of rows of each span that the stage has."""
    return {
        partition: [(first, last, rows.num_rows) for first, last, rows in own] for partition, own in stage.spans.items()
    }


def test_enough_outcomes_of_a_partition_are_made_rows_at_once(
    uri: str, reading: MakeReading, rejection: MakeRejection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(land_stage, "ENOUGH", 3)
    stage = keeper_at(uri)
    stage.start_bundle()
    stage.process([reading(0), reading(0, partition=1), rejection(1)])
    assert told(stage) == {}

    stage.process([reading(2), reading(1, partition=1), reading(3)])
    assert told(stage) == {"topic-id/drawings-0": [(0, 3, 3)]}

    stage.process([reading(4)])
    stage.finish_bundle()
    assert told(stage) == {"topic-id/drawings-0": [(0, 3, 3), (4, 4, 1)], "topic-id/drawings-1": [(0, 1, 2)]}


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


def test_what_comes_while_a_bundle_lasts_lands_before_its_end(uri: str, reading: MakeReading) -> None:
    """It waits for its commit only, not for the turn's end as well."""
    stage = stage_at(uri)

    stage.start_bundle()
    stage.process([reading(0)])
    stage.process([reading(1), reading(2)])
    assert stage.commit is not None
    stage.commit.result(timeout=60)

    assert stored(uri) == once(range(3))


def test_bundles_of_a_few_seconds_are_one_commit_a_partition(uri: str, reading: MakeReading) -> None:
    stage = stage_at(uri, seconds=3_600)
    for offset in range(20):
        run(stage, [reading(offset)])

    settle(stage)

    assert stored(uri) == once(range(20))
    history = [action["operation"] for action in DeltaTable(uri).history()]
    assert history == ["WRITE", "WRITE", "CREATE TABLE"], "the first at once, the others together"


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


def test_what_a_commit_failed_to_bring_is_in_the_next(
    uri: str, reading: MakeReading, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = keeper_at(uri)
    with monkeypatch.context() as broken:
        broken.setattr(LakehouseWriter, "append", failing)
        for offset in range(TRIES - 1):
            run(stage, [reading(offset)])
            tell(stage)

    run(stage, [reading(TRIES - 1)])
    settle(stage)

    assert stored(uri) == once(range(TRIES))
    assert [action["operation"] for action in DeltaTable(uri).history()][-2:] == ["WRITE", "CREATE TABLE"]


def test_a_lakehouse_that_takes_nothing_fails_the_job(
    uri: str, reading: MakeReading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LakehouseWriter, "append", failing)
    stage = keeper_at(uri)
    run(stage, [reading(0)])
    for _ in range(TRIES):
        tell(stage)

    with pytest.raises(OSError, match="the disk is full"):
        tell(stage)


def failing(*_: object) -> None:
    raise OSError("the disk is full")


def test_a_mistake_of_ours_is_not_tried_again(uri: str, reading: MakeReading, monkeypatch: pytest.MonkeyPatch) -> None:
    def mistaken(*_: object) -> None:
        raise ValueError("rows of other offsets")

    monkeypatch.setattr(LakehouseWriter, "append", mistaken)
    stage = keeper_at(uri)
    run(stage, [reading(0)])
    tell(stage)

    with pytest.raises(ValueError, match="rows of other offsets"):
        tell(stage)


def test_a_replay_adds_nothing_however_it_is_cut(uri: str, reading: MakeReading, rejection: MakeRejection) -> None:
    outcomes: list[Outcome] = [reading(0), rejection(1), reading(2), reading(3), rejection(4)]
    land(uri, outcomes[:2], outcomes[2:])

    land(uri, outcomes[:4], [*outcomes[4:], reading(5)])

    assert stored(uri) == once([0, 2, 3, 5])
    assert covered(uri) == 5


def test_what_was_kept_and_is_read_again_lands_once(uri: str, reading: MakeReading) -> None:
    stage = keeper_at(uri)
    run(stage, [reading(offset) for offset in range(10)])
    run(stage, [reading(offset) for offset in range(5, 15)])

    settle(stage)

    assert stored(uri) == once(range(15))
    assert covered(uri) == 14


def test_rows_are_counted_as_new_or_as_there_already(uri: str, reading: MakeReading, rejection: MakeRejection) -> None:
    bundle: list[Outcome] = [reading(0), rejection(1), reading(2)]

    assert commit(uri, bundle, bundle) == Counted(rows=2, already_there=2, missing=0)
    assert commit(uri, [*bundle, reading(3)]) == Counted(rows=1, already_there=2, missing=0)
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

    assert counted.missing == 2
    assert stored(uri) == once(offset for bundle in bundles for offset in bundle)


def test_a_gap_since_the_last_commit_is_counted_too(uri: str, reading: MakeReading, rejection: MakeRejection) -> None:
    commit(uri, [reading(0), rejection(1)])

    assert commit(uri, [rejection(5)]).missing == 3
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
        stage = stage_at(uri, to_rows=corrections.to_arrow)
        run(stage, [rejection(1) if offset == 1 else corrected(offset) for offset in range(last)])
        settle(stage)

    rows = DeltaTable(uri).to_pyarrow_dataset().to_table()
    assert rows.schema.names == corrections.SCHEMA.names
    assert sorted(rows["number"].to_pylist()) == ["0", "2", "3", "4"]
    assert covered(uri) == 4


def test_outcomes_of_a_bundle_may_come_in_any_order(uri: str, reading: MakeReading, rejection: MakeRejection) -> None:
    """The guard against replays relies on the order of offsets, and shall not rely on that of batches."""
    counted = commit(uri, [reading(2), reading(3), rejection(0), reading(1), rejection(4)])

    assert counted == Counted(rows=3, already_there=0, missing=0)
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
    classifier = Classifier.load(REPOSITORY / "training" / "digits.keras", threads=2)

    stage = stage_at(uri)
    run(stage, *(read_batch(decode_batch(element), classifier) for element in elements))
    settle(stage)

    assert stored(uri) == once(range(len(seconds)))
    assert covered(uri) == len(seconds) - 1
