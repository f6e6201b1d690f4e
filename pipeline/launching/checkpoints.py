"""Where a job goes on: the checkpoints that earlier runs left, for the very topic that they read.

Flink keeps them as ``<folder>/<job id>/chk-<number>/_metadata``. Beside them we note the topic's id, since
an offset means nothing in a topic that was made anew under the same name.
"""

from pathlib import Path

TOPIC_NOTE = "topic-id"


def note_topic(folder: Path, job_id: str, topic_id: str) -> None:
    """Remember which topic the job reads."""
    (folder / job_id).mkdir(parents=True, exist_ok=True)
    (folder / job_id / TOPIC_NOTE).write_text(topic_id)


def retained(folder: Path, topic_id: str) -> list[str]:
    """URIs of the completed checkpoints of jobs that read this topic, newest first."""
    jobs = [note.parent for note in folder.glob(f"*/{TOPIC_NOTE}") if note.read_text() == topic_id]
    metadata = [file for job in jobs for file in job.glob("chk-*/_metadata") if file.stat().st_size]
    metadata.sort(key=lambda file: file.stat().st_mtime_ns, reverse=True)
    # As Flink reads them: it takes %20 for a part of the name.
    return [f"file://{file.parent}" for file in metadata]
