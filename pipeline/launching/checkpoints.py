"""Where a job goes on: the checkpoints that earlier runs left, for the very source that they read.

Flink keeps them as ``<folder>/<job id>/chk-<number>/_metadata``. Beside them we note the source.
"""

from pathlib import Path
from typing import NamedTuple

SOURCE_NOTE = "source"
GRAPH = 3
"""Counted up whenever Flink can no longer restore what the graph before has left."""


class Source(NamedTuple):
    """What a job reads: topics by their ids, since an offset means nothing in one made anew; in how many shares; and by
    which graph.
    """

    topics: str
    shares: int
    graph: int = GRAPH

    def __str__(self) -> str:
        return "\n".join(map(str, self))


def note_source(folder: Path, job_id: str, source: Source) -> None:
    """Remember what the job reads."""
    (folder / job_id).mkdir(parents=True, exist_ok=True)
    half_written = folder / job_id / f".{SOURCE_NOTE}"
    half_written.write_text(str(source))
    half_written.replace(folder / job_id / SOURCE_NOTE)


def topics_read(folder: Path, job_id: str) -> set[str]:
    """The ids of the topics that the job reads, as far as was noted."""
    return set(_read(folder / job_id).topics.split()) if (folder / job_id / SOURCE_NOTE).exists() else set()


def retained(folder: Path, source: Source) -> list[str]:
    """URIs of the completed checkpoints of jobs that read this source, newest first.

    Those from before a job that read the same topics in other shares are out of date.
    """
    jobs = _jobs(folder)
    regrouped = [job for job in jobs if _read(job).topics == source.topics and _read(job) != source]
    since = max((_made_at(file) for job in regrouped for file in [job / SOURCE_NOTE, *_completed(job)]), default=0)
    metadata = [file for job in jobs if _read(job) == source for file in _completed(job) if _made_at(file) > since]
    metadata.sort(key=_made_at, reverse=True)
    # As Flink reads them: it takes %20 for a part of the name.
    return [f"file://{file.parent}" for file in metadata]


def of_other_sources(folder: Path, source: Source) -> int:
    """How many completed checkpoints are of jobs that read another one."""
    return sum(len(_completed(job)) for job in _jobs(folder) if _read(job) != source)


def _jobs(folder: Path) -> list[Path]:
    return [note.parent for note in folder.glob(f"*/{SOURCE_NOTE}")]


def _read(job: Path) -> Source:
    topics, shares, graph, *_ = [*(job / SOURCE_NOTE).read_text().split("\n"), "", ""]
    return Source(topics, *(int(one) if one.isdigit() else 0 for one in (shares, graph)))


def _completed(job: Path) -> list[Path]:
    return [file for file in job.glob("chk-*/_metadata") if file.stat().st_size]


def _made_at(file: Path) -> int:
    return file.stat().st_mtime_ns
