"""Where a job goes on: the checkpoints that earlier runs left, for the very source that they read.

Flink keeps them as ``<folder>/<job id>/chk-<number>/_metadata``. Beside them we note the source: the topics' ids, since
an offset means nothing in a topic that was made anew under the same name, and in how many shares they were read.
"""

from pathlib import Path

SOURCE_NOTE = "source"


def note_source(folder: Path, job_id: str, source: str) -> None:
    """Remember what the job reads."""
    (folder / job_id).mkdir(parents=True, exist_ok=True)
    (folder / job_id / SOURCE_NOTE).write_text(source)


def retained(folder: Path, source: str) -> list[str]:
    """URIs of the completed checkpoints of jobs that read this source, newest first."""
    metadata = [file for job in _jobs(folder) if _read(job) == source for file in _completed(job)]
    metadata.sort(key=lambda file: file.stat().st_mtime_ns, reverse=True)
    # As Flink reads them: it takes %20 for a part of the name.
    return [f"file://{file.parent}" for file in metadata]


def of_other_sources(folder: Path, source: str) -> int:
    """How many completed checkpoints are of jobs that read another one."""
    return sum(len(_completed(job)) for job in _jobs(folder) if _read(job) != source)


def _jobs(folder: Path) -> list[Path]:
    return [note.parent for note in folder.glob(f"*/{SOURCE_NOTE}")]


def _read(job: Path) -> str:
    return (job / SOURCE_NOTE).read_text()


def _completed(job: Path) -> list[Path]:
    return [file for file in job.glob("chk-*/_metadata") if file.stat().st_size]
