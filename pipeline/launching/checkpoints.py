"""Where a job goes on: the checkpoints that earlier runs left, for the very topics that they read.

Flink keeps them as ``<folder>/<job id>/chk-<number>/_metadata``. Beside them we note the topics' ids, since
an offset means nothing in a topic that was made anew under the same name.
"""

from pathlib import Path

TOPIC_NOTE = "topic-id"


def note_topics(folder: Path, job_id: str, topics: str) -> None:
    """Remember which topics the job reads, by their ids."""
    (folder / job_id).mkdir(parents=True, exist_ok=True)
    (folder / job_id / TOPIC_NOTE).write_text(topics)


def retained(folder: Path, topics: str) -> list[str]:
    """URIs of the completed checkpoints of jobs that read these topics, newest first."""
    metadata = [file for job in _jobs(folder) if _read(job) == topics for file in _completed(job)]
    metadata.sort(key=lambda file: file.stat().st_mtime_ns, reverse=True)
    # As Flink reads them: it takes %20 for a part of the name.
    return [f"file://{file.parent}" for file in metadata]


def of_other_topics(folder: Path, topics: str) -> int:
    """How many completed checkpoints are of jobs that read other topics, or only some of these."""
    return sum(len(_completed(job)) for job in _jobs(folder) if _read(job) != topics)


def _jobs(folder: Path) -> list[Path]:
    return [note.parent for note in folder.glob(f"*/{TOPIC_NOTE}")]


def _read(job: Path) -> str:
    return (job / TOPIC_NOTE).read_text()


def _completed(job: Path) -> list[Path]:
    return [file for file in job.glob("chk-*/_metadata") if file.stat().st_size]
