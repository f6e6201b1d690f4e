from collections.abc import Callable

import pytest

from dashboard.connection.outbox import OverloadedError
from dashboard.connection.question import Question
from dashboard.upload import batch as batches
from dashboard.upload.archive import ArchiveError
from dashboard.upload.batch import Batch
from dashboard.upload.entry import Status
from dashboard.upload.intake import Image, Intake
from tests.unit.dashboard.fake_kafka import prediction, rejection
from tests.unit.dashboard.upload.conftest import png


class FakeStream:
    """Takes drawings, as many as there is room for, and answers when it is told to."""

    def __init__(self) -> None:
        self.asked: list[Question] = []
        self.room = 1_000

    def ask(self, drawing: bytes, source: str) -> Question:
        if len(self.asked) >= self.room:
            raise OverloadedError("Too many.")
        if drawing == b"huge":
            raise ValueError("It is too large.")
        assert source == "upload"
        self.asked.append(Question(drawing, source))
        return self.asked[-1]

    def answer(self, index: int, number: str = "7") -> None:
        drawing_id = self.asked[index].id
        self.asked[index].settle(prediction(drawing_id, number) if number else rejection(drawing_id))


@pytest.fixture
def stream() -> FakeStream:
    return FakeStream()


def images(*values: bytes, read: Callable[[], bytes] | None = None) -> Intake:
    return Intake([Image(f"{place}.png", read or (lambda value=value: value)) for place, value in enumerate(values)])


def advance(batch: Batch, stream: FakeStream) -> int:
    times = 0
    while batch.advance(stream):
        times += 1
    return times


def test_files_are_sent_in_order_and_answers_fill_in(stream):
    batch = Batch()
    batch.add(images(b"one", b"two", b"three"))
    assert advance(batch, stream) == 3
    assert [question.drawing for question in stream.asked] == [b"one", b"two", b"three"]
    stream.answer(1, "42")
    stream.answer(2, "")
    batch.collect()
    assert [(entry.status, entry.number) for entry in batch.entries] == [
        (Status.ON_ITS_WAY, None),
        (Status.READ, "42"),
        (Status.REJECTED, None),
    ]
    assert batch.entries[1].confidence == pytest.approx(0.91**2)
    assert batch.entries[2].reason == "There is too much on this drawing."
    assert batch.counts()[:5] == (3, 1, 1, 0, 1)
    assert batch.pending
    stream.answer(0)
    batch.collect()
    assert not batch.pending


def test_a_drawing_is_let_go_once_it_is_answered_and_its_thumbnail_kept(stream):
    batch = Batch()
    batch.add(images(png()))
    advance(batch, stream)
    stream.answer(0)
    batch.collect()
    (entry,) = batch.entries
    assert (entry.question, entry.read) == (None, None)
    assert entry.thumbnail.startswith("data:image/webp")
    assert entry.id == stream.asked[0].id


def test_what_waits_for_kafka_is_unpacked_once_and_goes_on_by_itself(stream):
    stream.room = 0
    unpacked = []
    batch = Batch()
    batch.add(images(b"one", read=lambda: unpacked.append(1) or b"one"))
    assert advance(batch, stream) == advance(batch, stream) == 0
    assert batch.held_back
    stream.room = 1
    assert advance(batch, stream) == 1
    assert (len(unpacked), batch.held_back) == (1, "")


def test_no_more_is_under_way_than_memory_allows(stream, monkeypatch):
    monkeypatch.setattr(batches, "MOST_UNDER_WAY", 2)
    batch = Batch()
    batch.add(images(b"1", b"2", b"3"))
    assert advance(batch, stream) == 2
    stream.answer(0)
    assert advance(batch, stream) == 1

    monkeypatch.setattr(batches, "MOST_BYTES_UNDER_WAY", 5)
    large = Batch()
    large.add(images(b"12345", b"6"))
    assert advance(large, stream) == 1


def test_what_never_leaves_says_why_and_holds_up_no_other(stream):
    def damaged() -> bytes:
        raise ArchiveError("It is damaged.")

    batch = Batch()
    batch.add(images(b"huge"))
    batch.add(images(b"", read=damaged))
    batch.add(images(b"fine"))
    advance(batch, stream)
    assert [entry.status for entry in batch.entries] == [Status.NOT_SENT, Status.NOT_SENT, Status.ON_ITS_WAY]
    assert [entry.reason for entry in batch.entries] == ["It is too large.", "It is damaged.", ""]


def test_a_batch_that_unpacks_to_too_much_ends_there(stream, monkeypatch):
    monkeypatch.setattr(batches, "MOST_BYTES", 4)
    batch = Batch()
    batch.add(images(b"12345", b"6"))
    advance(batch, stream)
    assert [entry.status for entry in batch.entries] == [Status.ON_ITS_WAY, Status.NOT_SENT]


def test_too_many_files_are_left_out_and_that_is_said(monkeypatch):
    monkeypatch.setattr(batches, "MOST_FILES", 3)
    batch = Batch()
    batch.add(images(b"1", b"2"))
    batch.add(images(b"3", b"4"))
    assert len(batch.entries) == 3
    assert "Left out" in batch.notes[0]


def test_accuracy_counts_answers_that_are_labelled(stream):
    batch = Batch()
    batch.add(images(b"0", b"1", b"2", b"3"))
    batch.add(Intake(labels={"0.png": "7", "1.png": "8", "2.png": "9"}))
    advance(batch, stream)
    stream.answer(0, "7")
    stream.answer(1, "7")
    stream.answer(2, "")
    stream.answer(3, "7")
    batch.collect()
    assert (batch.counts().labelled, batch.counts().right) == (3, 1)


def test_a_cleared_batch_forgets_even_what_is_being_sent(stream):
    batch = Batch()

    def cleared_meanwhile() -> bytes:
        batch.clear()
        return b"one"

    batch.add(images(b"one", read=cleared_meanwhile))
    batch.advance(stream)
    assert (batch.entries, batch.pending) == ([], False)
    batch.add(images(b"two"))
    assert advance(batch, stream) == 1


def test_an_upload_without_any_image_says_so():
    batch = Batch()
    batch.add(Intake())
    assert batch.notes == ["There is no image in what was uploaded."]
