from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from uuid_utils import uuid7

from dashboard.connection.lookup import Fate, Lookup, time_of
from dashboard.connection.newest import committed, passes
from dashboard.connection.stream import Stream
from dashboard.stored.filters import Filters
from dashboard.stored.lakehouse import Lakehouse
from dashboard.stored.predictions import prediction_of
from pipeline.lakehouse.schema import SCHEMA
from pipeline.lakehouse.table import commit, open_or_create_table
from pipeline.messages import LATEST_TIME, Prediction
from pipeline.settings import Settings
from tests.unit.dashboard.fake_kafka import FakeKafka, prediction, rejection, unread


@dataclass
class Record:
    """What is on a topic."""

    topic: str
    key: str
    value: bytes
    timestamp: int


class FakeSearch:
    """Topics to search, and what was asked."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.asked: list[tuple[str, int, int | None]] = []

    def find(
        self, topic: str, key: str, read: Callable[[Any], object], since_ms: int, until_ms: int | None = None
    ) -> object:
        self.asked.append((topic, since_ms, until_ms))
        found = (read(record) for record in self.records if (record.topic, record.key) == (topic, key))
        return next((one for one in found if one is not None), None)


@pytest.fixture
def topics(monkeypatch: pytest.MonkeyPatch) -> FakeSearch:
    fake = FakeSearch()
    monkeypatch.setattr("dashboard.connection.lookup.Search", lambda *_: fake)
    return fake


@pytest.fixture
def here(tmp_path: Path) -> Settings:
    return Settings(state_dir=tmp_path)


@pytest.fixture
def lookup(here: Settings, stream: Stream) -> Lookup:
    return Lookup(here, stream)


def row(one: Prediction) -> dict[str, object]:
    """A prediction as the lakehouse has it."""
    digits = [
        {
            "digit": digit.digit,
            "confidence": digit.confidence,
            "probabilities": digit.probabilities,
            "box": dict(zip(("left", "top", "width", "height"), digit.box, strict=True)),
        }
        for digit in one.digits
    ]
    moment = {
        name: datetime.fromtimestamp(getattr(one, name) / 1_000, timezone.utc)
        for name in ("submitted_at", "predicted_at")
    }
    origin = {"topic": one.topic, "partition": one.partition, "offset": one.offset, "source": one.source}
    return {
        "drawing_id": one.drawing_id,
        "number": one.number,
        "confidence": one.confidence,
        "digits": digits,
        "ink": [],
        "model": one.model,
        **origin,
        **moment,
        "date": moment["predicted_at"].date(),
    }


def store(here: Settings, *predictions: Prediction) -> None:
    table = open_or_create_table(here.lakehouse, SCHEMA)
    commit(table, "test", 1, pa.Table.from_pylist([row(one) for one in predictions], schema=SCHEMA))


def stored(drawing_id: str, number: str = "7", **more: Any) -> Prediction:
    return replace(prediction(drawing_id, number), topic="drawings", partition=0, offset=5, source="api", **more)


def test_what_is_recent_is_known_at_once(lookup: Lookup, stream: Stream, topics: FakeSearch) -> None:
    stream.recent.add([unread(prediction("a")), unread(rejection("b"))])
    assert lookup.recall("a") == lookup.find("a") == prediction("a")
    assert lookup.recall("b") == rejection("b")
    assert topics.asked == []


def test_what_this_process_sent_itself_is_pending(
    lookup: Lookup, stream: Stream, kafka: FakeKafka, topics: FakeSearch
) -> None:
    kafka.number = None
    question = stream.ask(b"drawing")
    assert question.wait_sent(10)
    assert lookup.recall(question.id) is Fate.PENDING
    assert lookup.find(question.id) is Fate.PENDING
    assert topics.asked == []


def test_what_is_old_is_found_in_the_lakehouse_as_it_was_on_kafka(
    lookup: Lookup, here: Settings, topics: FakeSearch
) -> None:
    drawing_id = str(uuid7())
    original = stored(drawing_id, "42", predicted_at=(time_of(drawing_id) or 0) + 50)
    store(here, original)
    found = lookup.find(drawing_id)
    assert isinstance(found, Prediction)
    assert replace(found, confidence=0) == replace(original, confidence=0)
    assert found.confidence == pytest.approx(original.confidence, abs=1e-6)
    assert topics.asked == []


def test_any_id_is_looked_for_and_none_is_sql(lookup: Lookup, here: Settings, topics: FakeSearch) -> None:
    store(here, stored("my id"), stored("other"))
    found = lookup.find("my id")
    assert isinstance(found, Prediction)
    assert found.drawing_id == "my id"
    assert lookup.find("' OR true --") is Fate.UNKNOWN


def test_what_never_arrived_is_unknown_and_only_its_own_time_is_searched(lookup: Lookup, topics: FakeSearch) -> None:
    drawing_id = str(uuid7())
    assert lookup.find(drawing_id) is Fate.UNKNOWN
    ((topic, since, until),) = topics.asked
    made = time_of(drawing_id)
    assert made
    assert until
    assert topic == "drawings"
    assert since < made < until < made + 60_000


def test_what_arrived_and_is_not_answered_is_pending(lookup: Lookup, topics: FakeSearch) -> None:
    topics.records = [Record("drawings", "a", b"image", 5)]
    assert lookup.find("a") is Fate.PENDING
    assert [(topic, since) for topic, since, _ in topics.asked[1:]] == [("predictions", 5), ("rejected", 5)]


def test_what_was_answered_elsewhere_is_found_on_its_topic(lookup: Lookup, topics: FakeSearch) -> None:
    topics.records = [
        Record("drawings", "a", b"image", 5),
        Record("predictions", "a", prediction("a").to_json(), 6),
        Record("drawings", "b", b"no image", 5),
        Record("rejected", "b", b"no rejection", 6),
        Record("rejected", "b", replace(rejection("b"), topic="corrections").to_json(), 7),
        Record("rejected", "b", rejection("b").to_json(), 8),
    ]
    assert lookup.find("a") == prediction("a")
    assert lookup.find("b") == rejection("b")


def test_ids_tell_their_time() -> None:
    assert time_of("01a1fe53-8105-7125-92a9-68bd84646d3b") == 1_795_268_247_813
    assert time_of("4b0a2b1e-4a5e-4a0e-8a3e-3d2f1b0c9d8e") is None
    assert time_of("my-id") is None
    assert time_of("e677d21f-dbff-7fff-bfff-ffffffffffff") == LATEST_TIME
    assert time_of("e677d21f-dc00-7fff-bfff-ffffffffffff") is None


def test_an_id_of_a_time_that_no_calendar_has_is_looked_for_everywhere(
    lookup: Lookup, here: Settings, topics: FakeSearch
) -> None:
    store(here, stored("other"))
    assert lookup.find("ffffffff-ffff-7fff-bfff-ffffffffffff") is Fate.UNKNOWN
    assert topics.asked == [("drawings", 0, None)]


def test_the_newest_are_those_in_memory_and_those_committed_each_once(
    lookup: Lookup, here: Settings, stream: Stream
) -> None:
    store(here, stored("old", "1", predicted_at=1), stored("both", "2", predicted_at=2))
    both, new = prediction("both", "2"), replace(prediction("new", "3"), predicted_at=3)
    stream.recent.add([unread(both), unread(new), unread(rejection("r"))])
    assert [one.drawing_id for one in lookup.newest(Filters(), 10)] == ["new", "both", "old"]
    assert [one.drawing_id for one in lookup.newest(Filters(), 2)] == ["new", "both"]
    assert [one.drawing_id for one in lookup.newest(Filters("1"), 10)] == ["old"]


def test_the_lakehouse_is_not_asked_for_what_memory_has(
    lookup: Lookup, stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.connection.newest.committed", lambda *_: pytest.fail("it was asked"))
    stream.recent.add([unread(prediction(name)) for name in "abc"])
    assert [one.drawing_id for one in lookup.newest(Filters(), 2)] == ["c", "b"]


def test_without_a_lakehouse_the_newest_are_those_in_memory(lookup: Lookup, stream: Stream) -> None:
    stream.recent.add([unread(prediction("a"))])
    assert lookup.newest(Filters(), 10) == [prediction("a")]


@pytest.mark.parametrize(
    ("filters", "let_through"),
    [
        (Filters("42"), True),
        (Filters("4*"), True),
        (Filters("4"), False),
        (Filters(least=0.95), False),
        (Filters(most=0.5), False),
        (Filters(sources=("api",)), True),
        (Filters(sources=("kcat",)), False),
        (Filters(models=("abc",)), True),
        (Filters(models=("def",)), False),
        (Filters(since=datetime.fromtimestamp(2, timezone.utc)), True),
        (Filters(since=datetime.fromtimestamp(2.001, timezone.utc)), False),
        (Filters(until=datetime.fromtimestamp(2.001, timezone.utc)), True),
        (Filters(until=datetime.fromtimestamp(2, timezone.utc)), False),
    ],
)
def test_memory_is_filtered_as_the_lakehouse_is(here: Settings, filters: Filters, let_through: bool) -> None:
    one = stored("a", "42", predicted_at=2_000)
    assert passes(one, filters) is let_through
    store(here, one)
    assert bool(committed(Lakehouse(here.lakehouse), filters, 10)) is let_through


def test_a_row_reads_as_it_did_on_kafka() -> None:
    one = stored("a", "42")
    assert prediction_of(row(one)) == replace(one, confidence=round(one.confidence, 6))
