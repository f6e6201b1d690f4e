import os
from pathlib import Path

import pytest

from pipeline.launching.checkpoints import Source, note_source, of_other_sources, retained, topics_read

TOPIC = Source("topic", 2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "flink" / "checkpoints"


def completed(job: Path, number: int, age_seconds: int) -> str:
    """Make a checkpoint as Flink does; its URI."""
    metadata = job / f"chk-{number}" / "_metadata"
    metadata.parent.mkdir(parents=True)
    metadata.write_bytes(b"state")
    os.utime(metadata, (2_000_000_000 - age_seconds,) * 2)
    return f"file://{metadata.parent}"


def test_the_newest_comes_first_whatever_its_job_and_number(folder: Path) -> None:
    for job in ("first", "second"):
        note_source(folder, job, TOPIC)
    oldest = completed(folder / "first", 10, age_seconds=40)
    newest = completed(folder / "second", 2, age_seconds=10)
    older = completed(folder / "first", 9, age_seconds=30)
    newer = completed(folder / "second", 11, age_seconds=20)

    assert retained(folder, TOPIC) == [newest, newer, older, oldest]


def test_they_are_uris_as_flink_reads_them_with_nothing_escaped(tmp_path: Path) -> None:
    """Flink takes %20 in a file:// URI for the name of the folder, not for a space."""
    folder = tmp_path / "two wörds"
    note_source(folder, "job", TOPIC)
    completed(folder / "job", 3, age_seconds=0)

    assert retained(folder, TOPIC) == [f"file://{folder}/job/chk-3"]


def test_another_topics_checkpoints_do_not_count(folder: Path) -> None:
    note_source(folder, "other", Source("another", 2))
    completed(folder / "other", 1, age_seconds=0)
    completed(folder / "unnoted", 1, age_seconds=0)
    note_source(folder, "ours", TOPIC)
    ours = completed(folder / "ours", 1, age_seconds=100)

    assert retained(folder, TOPIC) == [ours]
    assert of_other_sources(folder, TOPIC) == 1


def test_what_is_no_completed_checkpoint_does_not_count(folder: Path) -> None:
    note_source(folder, "job", TOPIC)
    for path in ("chk-1/_metadata", "chk-2/part", "shared/_metadata", "savepoint-1/_metadata", "chk-3"):
        file = folder / "job" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"" if path.startswith("chk-1") else b"something")
    (folder / "stray").write_text(str(TOPIC))

    assert retained(folder, TOPIC) == []


def test_before_the_first_job_there_are_none(folder: Path) -> None:
    assert retained(folder, TOPIC) == []
    assert of_other_sources(folder, TOPIC) == 0


def test_the_last_note_about_a_job_counts(folder: Path) -> None:
    note_source(folder, "job", Source("before", 2))
    note_source(folder, "job", TOPIC)
    uri = completed(folder / "job", 1, age_seconds=0)

    assert (retained(folder, Source("before", 2)), retained(folder, TOPIC)) == ([], [uri])


def test_a_job_reads_the_topics_that_were_noted(folder: Path) -> None:
    note_source(folder, "job", Source("one another", 2))

    assert topics_read(folder, "job") == {"one", "another"}
    assert topics_read(folder, "a job from before notes were taken") == set()


def test_what_was_read_in_other_shares_since_puts_older_ones_out_of_date(folder: Path) -> None:
    note_source(folder, "ours", TOPIC)
    completed(folder / "ours", 1, age_seconds=30)
    note_source(folder, "wider", Source("topic", 4))
    completed(folder / "wider", 1, age_seconds=20)
    assert retained(folder, TOPIC) == []

    newer = completed(folder / "ours", 2, age_seconds=10)

    assert retained(folder, TOPIC) == [newer]


def test_so_does_a_job_of_other_shares_that_has_no_checkpoint_yet(folder: Path) -> None:
    note_source(folder, "ours", TOPIC)
    completed(folder / "ours", 1, age_seconds=30)

    note_source(folder, "wider", Source("topic", 4))
    os.utime(folder / "wider" / "source", (2_000_000_000 - 20,) * 2)

    assert retained(folder, TOPIC) == []


def test_a_damaged_note_is_of_another_source(folder: Path) -> None:
    for job, note in (("empty", ""), ("half", "topic\n"), ("odd", "topic\ntwo")):
        note_source(folder, job, TOPIC)
        (folder / job / "source").write_text(note)
        completed(folder / job, 1, age_seconds=20)
    note_source(folder, "ours", TOPIC)
    ours = completed(folder / "ours", 1, age_seconds=10)

    assert retained(folder, TOPIC) == [ours]


def test_what_another_graph_has_left_does_not_count(folder: Path) -> None:
    """Flink could not restore it, and tries for half a minute each."""
    note_source(folder, "job", TOPIC._replace(graph=TOPIC.graph - 1))
    completed(folder / "job", 1, age_seconds=0)
    (folder / "older").mkdir()
    (folder / "older" / "source").write_text("topic\n2")  # as it was written before graphs were counted
    completed(folder / "older", 1, age_seconds=0)

    assert retained(folder, TOPIC) == []
    assert of_other_sources(folder, TOPIC) == 2
