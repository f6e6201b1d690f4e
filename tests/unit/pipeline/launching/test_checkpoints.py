import os
from pathlib import Path

import pytest

from pipeline.launching.checkpoints import note_source, of_other_sources, retained


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
        note_source(folder, job, "topic")
    oldest = completed(folder / "first", 10, age_seconds=40)
    newest = completed(folder / "second", 2, age_seconds=10)
    older = completed(folder / "first", 9, age_seconds=30)
    newer = completed(folder / "second", 11, age_seconds=20)

    assert retained(folder, "topic") == [newest, newer, older, oldest]


def test_they_are_uris_as_flink_reads_them_with_nothing_escaped(tmp_path: Path) -> None:
    """Flink takes %20 in a file:// URI for the name of the folder, not for a space."""
    folder = tmp_path / "two wörds"
    note_source(folder, "job", "topic")
    completed(folder / "job", 3, age_seconds=0)

    assert retained(folder, "topic") == [f"file://{folder}/job/chk-3"]


def test_another_topics_checkpoints_do_not_count(folder: Path) -> None:
    note_source(folder, "other", "another-topic")
    completed(folder / "other", 1, age_seconds=0)
    completed(folder / "unnoted", 1, age_seconds=0)
    note_source(folder, "ours", "topic")
    ours = completed(folder / "ours", 1, age_seconds=100)

    assert retained(folder, "topic") == [ours]
    assert of_other_sources(folder, "topic") == 1


def test_what_is_no_completed_checkpoint_does_not_count(folder: Path) -> None:
    note_source(folder, "job", "topic")
    for path in ("chk-1/_metadata", "chk-2/part", "shared/_metadata", "savepoint-1/_metadata", "chk-3"):
        file = folder / "job" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"" if path.startswith("chk-1") else b"something")
    (folder / "stray").write_text("topic")

    assert retained(folder, "topic") == []


def test_before_the_first_job_there_are_none(folder: Path) -> None:
    assert retained(folder, "topic") == []
    assert of_other_sources(folder, "topic") == 0


def test_the_last_note_about_a_job_counts(folder: Path) -> None:
    note_source(folder, "job", "before")
    note_source(folder, "job", "topic")
    uri = completed(folder / "job", 1, age_seconds=0)

    assert (retained(folder, "before"), retained(folder, "topic")) == ([], [uri])
