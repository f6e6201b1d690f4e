"""What Flink's REST API tells of the running job and of what it runs on."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import requests

from dashboard.throughput.watching import AwayError
from pipeline.launching.flink import Flink
from pipeline.settings import Settings

HEAP = ("Status.JVM.Memory.Heap.Used", "Status.JVM.Memory.Heap.Max")
BATCHES = "reading_batch_size"
ROWS = "lakehouse_rows"
OURS = (BATCHES, ROWS)
DISTRIBUTION = re.compile(r"sum=(\d+), count=(\d+), min=(\d+), max=(\d+)")
"""How Flink prints what Beam calls a distribution."""


@dataclass(frozen=True)
class Batches:
    """The batches that RunInference saw since the job was submitted."""

    count: int
    drawings: int
    smallest: int
    largest: int


@dataclass(frozen=True)
class Checkpoints:
    """Counts since the job was submitted; duration, size and time (epoch ms) of the last completed one, if any."""

    completed: int
    failed: int
    milliseconds: int | None
    size: int | None
    at_ms: int | None


@dataclass(frozen=True)
class Heap:
    """Bytes of Java's heap."""

    used: int
    most: int


@dataclass(frozen=True)
class Job:
    """The job as Flink has it; what Flink does not tell is None."""

    state: str
    seconds: int
    tasks: int
    tasks_running: int
    restarts: int | None
    checkpoints: Checkpoints
    batches: Batches | None
    rows: int | None


@dataclass(frozen=True)
class Cluster:
    """The job, None if there is none, and the processes that run it; heaps are None while Flink does not tell."""

    job: Job | None
    task_managers: int
    slots: int
    free_slots: int
    job_manager_heap: Heap | None
    task_managers_heap: Heap | None


@contextmanager
def cluster(settings: Settings) -> Iterator[Callable[[], Cluster]]:
    """What reads the cluster.

    Raises:
        AwayError: Flink does not answer.
    """
    reader = ClusterReader(Flink(settings.flink_rest), settings.job_name)
    try:
        yield reader.read
    except requests.RequestException as error:
        raise AwayError(f"Flink at {settings.flink_rest} does not answer; it comes back by itself.") from error


class ClusterReader:
    """Asks Flink some ten small questions at each reading."""

    def __init__(self, flink: Flink, job_name: str) -> None:
        self._flink = flink
        self._job_name = job_name
        self._names: dict[str, list[str]] = {}

    def read(self) -> Cluster:
        """The cluster at this moment.

        Raises:
            requests.RequestException: Flink does not answer.
        """
        overview = self._flink.get("/overview")
        job_id = self._flink.live_job(self._job_name)
        return Cluster(
            job=self._job(job_id) if job_id else None,
            task_managers=overview["taskmanagers"],
            slots=overview["slots-total"],
            free_slots=overview["slots-available"],
            job_manager_heap=self._heap("/jobmanager", "value"),
            task_managers_heap=self._heap("/taskmanagers", "sum"),
        )

    def _job(self, job_id: str) -> Job | None:
        job = self._flink.get_or_none(f"/jobs/{job_id}")
        if job is None:
            return None
        metrics = self._counted(job_id, job["vertices"])
        return Job(
            state=job["state"],
            seconds=job["duration"] // 1_000,
            tasks=sum(vertex["parallelism"] for vertex in job["vertices"]),
            tasks_running=sum(vertex["tasks"]["RUNNING"] for vertex in job["vertices"]),
            restarts=_whole(self._values(f"/jobs/{job_id}", ["numRestarts"]).get("numRestarts")),
            checkpoints=_checkpoints(self._flink.get(f"/jobs/{job_id}/checkpoints")),
            batches=_batches(metrics[BATCHES]),
            rows=sum(map(int, metrics[ROWS])) if metrics[ROWS] else None,
        )

    def _heap(self, path: str, field: str) -> Heap | None:
        used, most = (self._values(path, HEAP, field).get(name) for name in HEAP)
        return None if used is None or most is None else Heap(int(float(used)), int(float(most)))

    def _values(self, path: str, names: Iterable[str], field: str = "value") -> dict[str, Any]:
        """The metrics of these names that there are."""
        wanted = quote(",".join(names))
        found = self._flink.get_or_none(f"{path}/metrics?get={wanted}") if wanted else None
        return {metric["id"]: metric[field] for metric in found or [] if field in metric}

    def _counted(self, job_id: str, vertices: list[dict[str, Any]]) -> dict[str, list[str]]:
        """What the Beam workers count, by its own name: a value of each subtask that has one."""
        values: dict[str, list[str]] = {name: [] for name in OURS}
        for vertex in vertices:
            path = f"/jobs/{job_id}/vertices/{vertex['id']}"
            names = [f"{subtask}.{name}" for subtask in range(vertex["parallelism"]) for name in self._names_at(path)]
            for name, value in self._values(path, names).items():
                values[_own(name)].append(value)
        return values

    def _names_at(self, path: str) -> list[str]:
        """Our metrics' full names without the subtask, which Flink lists once a first value is there."""
        if not self._names.get(path):
            found = [metric["id"] for metric in self._flink.get_or_none(f"{path}/metrics") or []]
            self._names[path] = sorted({name.partition(".")[2] for name in found if _own(name) in OURS})
        return self._names[path]


def _own(name: str) -> str:
    return name.rpartition(".")[2]


def _checkpoints(answer: dict[str, Any]) -> Checkpoints:
    counts, last = answer["counts"], answer["latest"]["completed"] or {}
    return Checkpoints(
        completed=counts["completed"],
        failed=counts["failed"],
        milliseconds=last.get("end_to_end_duration"),
        size=last.get("state_size"),
        at_ms=last.get("trigger_timestamp"),
    )


def _batches(values: list[str]) -> Batches | None:
    found = [list(map(int, match.groups())) for value in values if (match := DISTRIBUTION.search(value))]
    used = [(total, count, least, most) for total, count, least, most in found if count]
    if not used:
        return None
    totals, counts, smallest, largest = zip(*used, strict=True)
    return Batches(sum(counts), sum(totals), min(smallest), max(largest))


def _whole(value: str | None) -> int | None:
    return None if value is None else int(value)
