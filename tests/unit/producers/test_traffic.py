from collections.abc import Callable
from typing import Any

import pytest

from pipeline.messages import Prediction
from producers.answers import Message
from producers.ledger import UNANSWERED, Ledger
from producers.schedule import Schedule
from producers.traffic import collect, send

Answers = Callable[[str, bytes], list[Message]]


@pytest.fixture
def replayed(stream: Callable[[Answers], Any]) -> Callable[..., Any]:
    def run(ledger: Ledger, values: list[bytes], answer: Answers) -> Any:
        replied = stream(answer)
        send(replied, values, ledger, Schedule(None), range(len(ledger)))
        return replied

    return run


def test_drawings_are_sent_in_turn_under_their_own_ids_and_times(replayed: Callable[..., Any]) -> None:
    ledger = Ledger(5, ["1", "2"])
    stream = replayed(ledger, [b"one", b"two"], lambda *_: [])
    assert [value for _, value, _ in stream.sent] == [b"one", b"two", b"one", b"two", b"one"]
    assert [drawing_id for drawing_id, _, _ in stream.sent] == [ledger.drawing_id(row) for row in range(5)]
    assert stream.labels == ["1", "2", "1", "2", "1"]
    assert [submitted_at for _, _, submitted_at in stream.sent] == ledger.submitted_at.tolist()


def test_answers_are_collected_until_all_are_there(
    replayed: Callable[..., Any], prediction: Callable[..., Prediction]
) -> None:
    ledger = Ledger(5, ["1"])
    stream = replayed(ledger, [b"one"], lambda drawing_id, _: [prediction(drawing_id)])
    advances: list[int] = []
    collect(stream, ledger, 60, advances.append)
    assert advances == [2, 2, 1]
    assert ledger.answered_at.tolist() == [5_000] * 5


def test_collecting_ends_when_nothing_of_ours_arrives_any_more(
    replayed: Callable[..., Any], prediction: Callable[..., Prediction]
) -> None:
    ledger = Ledger(3, ["1"])
    answered = ledger.drawing_id(1)
    stream = replayed(ledger, [b"one"], lambda drawing_id, _: [prediction(drawing_id)] * (drawing_id == answered))
    collect(stream, ledger, 0.05, lambda _: None)
    assert [row for row in range(3) if ledger.outcomes[row] == UNANSWERED] == [0, 2]
