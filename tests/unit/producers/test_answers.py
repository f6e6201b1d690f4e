from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from pipeline.messages import Prediction, Rejection
from pipeline.settings import Settings
from producers import answers
from producers.answers import Answer, AnswerReader


class Record(NamedTuple):
    """What kafka-python says of a record, as far as answers need it."""

    topic: str
    value: bytes | None
    timestamp: int = 5_000
    key: bytes | None = b"a"
    partition: int = 0
    offset: int = 0


class Consumer:
    """Has some records at the first poll, and none afterwards."""

    def __init__(self, records: list[Record]) -> None:
        self.records = records

    def poll(self, timeout_ms: int) -> dict[str, list[Record]]:  # noqa: ARG002 (kafka-python gives it)
        records, self.records = self.records, []
        return {topic: [record for record in records if record.topic == topic] for topic in {r.topic for r in records}}

    def close(self) -> None:
        """Nothing to let go of."""


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Answer]]:
    """The answers that a reader takes some records for."""

    def read(*records: Record) -> list[Answer]:
        consumer: Any = Consumer(list(records))
        monkeypatch.setattr(answers, "connect_consumer", lambda *_: consumer)
        with AnswerReader(Settings()) as reader:
            return reader.poll_timed(0.0)

    return read


def test_each_topic_has_its_own_kind_of_answer(
    read: Callable[..., list[Answer]],
    prediction: Callable[..., Prediction],
    rejection: Callable[..., Rejection],
) -> None:
    read_7, blank = prediction("a"), rejection("b")

    found = read(Record("predictions", read_7.to_json(), 17), Record("rejected", blank.to_json(), 18))

    assert sorted(found, key=lambda answer: answer.timestamp_ms) == [Answer(read_7, 17), Answer(blank, 18)]


@pytest.mark.parametrize(
    "value",
    [None, b"", b"\xff", b"no JSON", b"null", b"[]", b"7", b'{"drawing_id": "a"}', b'{"drawing_id": ["a"]}'],
)
def test_what_is_no_answer_is_passed_over_and_its_neighbours_are_not(
    value: bytes | None, read: Callable[..., list[Answer]], prediction: Callable[..., Prediction]
) -> None:
    good = prediction("a")
    stranger = good.to_json().replace(b'"drawing_id":"a"', b'"drawing_id":["a"]')

    records = [Record("predictions", v) for v in (value, stranger, good.to_json())]

    assert [answer.message for answer in read(*records, Record("rejected", value))] == [good]


def test_the_rejection_of_a_correction_is_no_answer_to_the_drawing(
    read: Callable[..., list[Answer]], rejection: Callable[..., Rejection]
) -> None:
    of_a_correction = replace(rejection("a"), topic=Settings().corrections_topic)

    assert read(Record("rejected", of_a_correction.to_json())) == []


def test_the_rejection_of_a_correction_takes_no_answers_place(
    monkeypatch: pytest.MonkeyPatch, rejection: Callable[..., Rejection]
) -> None:
    of_a_correction = replace(rejection("a"), topic=Settings().corrections_topic)
    consumer: Any = Consumer([Record("rejected", one.to_json()) for one in (of_a_correction, rejection("b"))])
    monkeypatch.setattr(answers, "connect_consumer", lambda *_: consumer)

    with AnswerReader(Settings()) as reader:
        arrived = reader.poll_unread(0.0)

    assert [unread.read() for unread in arrived] == [Answer(rejection("b"), 5_000)]


def test_predictions_are_read_only_when_asked_for(
    monkeypatch: pytest.MonkeyPatch, prediction: Callable[..., Prediction]
) -> None:
    consumer: Any = Consumer([Record("predictions", prediction("a").to_json(), 17), Record("predictions", b"foreign")])
    monkeypatch.setattr(answers, "connect_consumer", lambda *_: consumer)

    with AnswerReader(Settings()) as reader:
        arrived = reader.poll_unread(0.0)

    assert [unread.drawing_id for unread in arrived] == ["a", "a"]
    assert [unread.read() for unread in arrived] == [Answer(prediction("a"), 17), None]


@pytest.mark.parametrize("key", [None, b"\xff"])
def test_a_key_that_is_no_id_harms_nobody(
    key: bytes | None, read: Callable[..., list[Answer]], prediction: Callable[..., Prediction]
) -> None:
    assert len(read(Record("predictions", prediction("a").to_json(), key=key))) == 1
