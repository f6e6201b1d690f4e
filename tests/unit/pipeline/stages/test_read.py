from collections.abc import Sequence
from typing import Any, ClassVar

import apache_beam as beam
import pytest
from apache_beam.portability.api import beam_runner_api_pb2
from apache_beam.pvalue import TaggedOutput
from apache_beam.runners.sdf_utils import RestrictionTrackerView, ThreadsafeRestrictionTracker

from pipeline.forms import Arrival
from pipeline.lakehouse.landed import Landed
from pipeline.messages import Origin
from pipeline.source.positions import BEGINNING, Partition, Positions, PositionsTracker
from pipeline.source.shares import Share
from pipeline.stages import read
from pipeline.stages.gather import Limits
from pipeline.stages.read import CORRECTIONS, DRAWINGS, ReadBatches, ReadShare, TopicsRead

NOW = 1_772_366_400_000
TOPICS = TopicsRead("drawn", "mended")
LANDED = Landed({})


def record(topic: str, partition: int, offset: int, size: int = 10) -> Arrival:
    return Arrival(Origin(topic, partition, offset), NOW + offset, b"", bytes(size), {})


class Consumer:
    """Kafka, as a list of what it has each time it is asked; then the turn's time is over."""

    polls: Sequence[Sequence[Arrival]] = ()
    went_to: Any = None

    rewound: ClassVar[dict[Partition, int]] = {}

    def __init__(self, bootstrap_servers: str, topics: Sequence[str], landed: Any) -> None:
        assert (bootstrap_servers, tuple(topics)) == ("broker:9092", ("drawn", "mended"))
        assert landed == LANDED.next_offsets
        self.left = list(self.polls)

    def go_to(self, share: Share, positions: Positions) -> Positions:
        Consumer.went_to = share, positions
        return Positions({**positions.next, **self.rewound})

    def forget(self) -> None:
        Consumer.went_to = None

    def poll(self, most: int, seconds: float) -> Sequence[Arrival]:
        assert (most, 0 < seconds <= read.QUIET_SECONDS) == (1024, True)
        if not self.left:
            Clock.now += seconds
            return []
        return self.left.pop(0)


class Clock:
    """Stands still until it is told."""

    now = 0.0

    @staticmethod
    def monotonic() -> float:
        return Clock.now


@pytest.fixture(autouse=True)
def in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "ShareConsumer", Consumer)
    monkeypatch.setattr(read, "time", Clock)


def turn(*polls: Sequence[Arrival], before: Positions = BEGINNING) -> tuple[list[tuple[str, list[str]]], Any]:
    """What one turn emits, by output, and what it leaves to the next one."""
    Consumer.polls = polls
    reader = ReadShare("broker:9092", TOPICS, Limits(1024, 10_000), BEGINNING, LANDED)
    reader.setup()
    tracker = ThreadsafeRestrictionTracker(PositionsTracker(before))
    found = list(reader.process(b"1/2/0", RestrictionTrackerView(tracker)))
    tracker.check_done()
    return [_told(element) for element in found], (tracker.deferred_status() or [None])[0]


def _told(element: Any) -> tuple[str, list[str]]:
    topic = element.tag if isinstance(element, TaggedOutput) else DRAWINGS
    windowed = element.value if isinstance(element, TaggedOutput) else element
    assert windowed.timestamp.micros // 1000 == windowed.value[-1].timestamp
    return topic, [str(one.origin) for one in windowed.value]


def test_a_turn_without_records_leaves_everything_to_the_next() -> None:
    assert turn(before=Positions({("drawn", 1): 5})) == ([], Positions({("drawn", 1): 5}))
    assert Consumer.went_to == (Share(1, 2, 0), Positions({("drawn", 1): 5}))


@pytest.mark.parametrize(
    ("polls", "seconds"),
    [
        pytest.param([], read.QUIET_SECONDS, id="a quiet one"),
        pytest.param([[record("drawn", 1, 5)]], read.PAUSE_SECONDS, id="one that falls quiet"),
    ],
)
def test_a_turn_is_over_when_nothing_comes_or_no_more(polls: list[list[Arrival]], seconds: float) -> None:
    before = Clock.now

    turn(*polls)

    assert Clock.now - before == pytest.approx(seconds)


def test_a_turn_is_over_after_a_while_though_more_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    def poll(self: Consumer, most: int, seconds: float) -> list[Arrival]:
        Clock.now += 0.5
        return [record("drawn", 0, 0)]

    monkeypatch.setattr(Consumer, "poll", poll)
    before = Clock.now

    turn()

    assert 0.8 * read.TURN_SECONDS <= Clock.now - before <= 1.2 * read.TURN_SECONDS + 0.5


def test_where_it_is_rewound_to_is_where_the_next_turn_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Consumer, "rewound", {("drawn", 1): 3})

    assert turn(before=Positions({("drawn", 1): 5})) == ([], Positions({("drawn", 1): 3}))


def test_each_poll_is_a_batch_and_the_next_turn_begins_behind_the_last() -> None:
    first, second = [record("drawn", 1, 5), record("drawn", 3, 0)], [record("drawn", 1, 6)]

    emitted, left = turn(first, second, before=Positions({("drawn", 1): 5}))

    assert emitted == [(DRAWINGS, ["drawn-1-5", "drawn-3-0"]), (DRAWINGS, ["drawn-1-6"])]
    assert left == Positions({("drawn", 1): 7, ("drawn", 3): 1})


def test_topics_part_and_each_keeps_its_order() -> None:
    mixed = [record("drawn", 0, 0), record("mended", 0, 0), record("drawn", 0, 1), record("mended", 0, 1)]

    assert turn(mixed)[0] == [(DRAWINGS, ["drawn-0-0", "drawn-0-1"]), (CORRECTIONS, ["mended-0-0", "mended-0-1"])]


def test_a_turn_that_has_read_much_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "TURN_BYTES", 100)
    polls = [[record("drawn", 0, offset, size=60)] for offset in range(5)]

    emitted, left = turn(*polls)

    assert emitted == [(DRAWINGS, ["drawn-0-0"]), (DRAWINGS, ["drawn-0-1"])]
    assert left == Positions({("drawn", 0): 2})


def test_what_was_read_is_claimed_before_it_is_emitted() -> None:
    Consumer.polls = [[record("drawn", 0, 0)], [record("drawn", 0, 1)]]
    reader = ReadShare("broker:9092", TOPICS, Limits(1024, 10_000), BEGINNING, LANDED)
    reader.setup()
    tracker = PositionsTracker(Positions({}))

    emitting = reader.process(b"0/1/0", RestrictionTrackerView(ThreadsafeRestrictionTracker(tracker)))

    next(emitting)
    assert tracker.current_restriction() == Positions({("drawn", 0): 1})


def test_a_turn_that_was_ended_from_outside_emits_no_more() -> None:
    Consumer.polls = [[record("drawn", 0, 0)], [record("drawn", 0, 1)]]
    reader = ReadShare("broker:9092", TOPICS, Limits(1024, 10_000), BEGINNING, LANDED)
    reader.setup()
    tracker = PositionsTracker(BEGINNING)
    emitting = reader.process(b"0/1/0", RestrictionTrackerView(ThreadsafeRestrictionTracker(tracker)))
    next(emitting)

    split = tracker.try_split(0)

    assert list(emitting) == []
    assert Consumer.went_to is None, "it would take what it has not emitted for read"
    assert split == (Positions({("drawn", 0): 1}),) * 2


def test_for_beam_it_is_a_read_that_never_ends() -> None:
    pipeline = beam.Pipeline()
    outputs = pipeline | ReadBatches("broker:9092", TOPICS, Limits(1024, 10_000), 2, BEGINNING, LANDED)

    payloads = [
        beam_runner_api_pb2.ParDoPayload.FromString(transform.spec.payload)
        for transform in pipeline.to_runner_api().components.transforms.values()
        if transform.spec.urn == "beam:transform:pardo:v1"
    ]

    assert [bool(payload.restriction_coder_id) for payload in payloads].count(True) == 1
    assert not outputs[DRAWINGS].is_bounded
