from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.messages import Prediction, Rejection
from producers.answers import Message
from producers.submission import Submission

Answers = Callable[[str, bytes], list[Message]]


class Desk:
    """A submission over a stream in memory, and what it complained of and counted."""

    def __init__(self, stream: Any, waits: bool = True, as_json: bool = False) -> None:
        self.stream = stream
        self.complaints: list[str] = []
        self.done = 0
        reader = stream if waits else None
        self.submission = Submission(stream, reader, as_json, self.complaints.append, self.advance)

    def advance(self) -> None:
        self.done += 1


DeskFor = Callable[..., Desk]
Predict = Callable[..., Prediction]
Reject = Callable[..., Rejection]
Output = pytest.CaptureFixture[str]


@pytest.fixture
def desk_for(stream: Callable[[Answers], Any]) -> DeskFor:
    return lambda answer, **options: Desk(stream(answer), **options)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Three files, each holding its own name; the folder is where the test runs."""
    monkeypatch.chdir(tmp_path)
    names = ["a.png", "b.png", "c.png"]
    for name in names:
        Path(name).write_bytes(name.encode())
    return names


def test_each_answer_is_printed_beside_its_file(
    desk_for: DeskFor, files: list[str], prediction: Predict, capsys: Output
) -> None:
    desk = desk_for(lambda drawing_id, value: [prediction(drawing_id, str(value[0]), 0.5)])
    desk.submission.send(files)
    desk.submission.await_answers(60)
    assert sorted(capsys.readouterr().out.splitlines()) == [
        "a.png\t97\t0.5000",
        "b.png\t98\t0.5000",
        "c.png\t99\t0.5000",
    ]
    assert (desk.complaints, desk.done) == ([], 3)


def test_without_waiting_ids_are_printed(desk_for: DeskFor, files: list[str], capsys: Output) -> None:
    desk = desk_for(lambda *_: [], waits=False)
    desk.submission.send(files)
    assert capsys.readouterr().out == "a.png\tid-0\nb.png\tid-1\nc.png\tid-2\n"
    assert desk.done == 3


def test_others_answers_and_repeats_are_not_printed(
    desk_for: DeskFor, files: list[str], prediction: Predict, capsys: Output
) -> None:
    desk = desk_for(lambda drawing_id, _: [prediction("another's"), prediction(drawing_id), prediction(drawing_id)])
    desk.submission.send(files)
    desk.submission.await_answers(60)
    assert len(capsys.readouterr().out.splitlines()) == 3


@pytest.mark.parametrize("as_json", [True, False])
def test_a_rejection_is_told_with_its_reason(
    desk_for: DeskFor, files: list[str], rejection: Reject, capsys: Output, as_json: bool
) -> None:
    desk = desk_for(lambda drawing_id, _: [rejection(drawing_id)], as_json=as_json)
    desk.submission.send(files[:1])
    desk.submission.await_answers(60)
    assert desk.complaints == ["a.png: rejected (blank): There is no ink."]
    assert capsys.readouterr().out.count("\n") == as_json
    assert desk.done == 1


def test_what_is_not_answered_in_time_is_told(desk_for: DeskFor, files: list[str], prediction: Predict) -> None:
    desk = desk_for(lambda drawing_id, value: [prediction(drawing_id)] if value != b"b.png" else [])
    desk.submission.send(files)
    desk.submission.await_answers(0.05)
    assert len(desk.complaints) == 1
    assert desk.complaints[0].startswith("b.png: not answered within 0.05 s")
    assert desk.done == 3


def test_a_file_that_vanished_does_not_hold_up_the_others(desk_for: DeskFor, files: list[str]) -> None:
    desk = desk_for(lambda *_: [], waits=False)
    Path("b.png").unlink()
    desk.submission.send(files)
    assert [value for _, value, _ in desk.stream.sent] == [b"a.png", b"c.png"]
    assert desk.complaints == ["b.png: No such file or directory"]
