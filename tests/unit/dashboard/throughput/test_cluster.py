from typing import Any
from urllib.parse import unquote

import pytest
import requests

from dashboard.throughput.cluster import BATCHES, ROWS, Batches, ClusterReader, cluster
from dashboard.throughput.watching import AwayError
from pipeline.launching.flink import Flink
from pipeline.settings import Settings

STAGE = "[9]{Read__Decode}."
COUNTS = {"completed": 7, "failed": 2, "in_progress": 0}
LAST = {"end_to_end_duration": 21, "state_size": 56_750, "trigger_timestamp": 5}


class FakeFlink(Flink):
    """Answers paths from a dictionary; metrics that are not there are left out, as Flink does."""

    def __init__(self) -> None:
        super().__init__("http://nowhere")
        self.listed = 0
        self.metrics: dict[str, str] = {
            f"0.{STAGE}{BATCHES}": "DistributionResult{sum=1536, count=30, min=2, max=180}",
            f"1.{STAGE}{BATCHES}": "DistributionResult{sum=1464, count=31, min=1, max=187}",
            f"1.[1]Commit.{ROWS}": "12",
            "0.numRecordsIn": "5",
        }
        vertex = {"id": "v", "parallelism": 2, "tasks": {"RUNNING": 1}}
        self.answers: dict[str, Any] = {
            "/overview": {"taskmanagers": 1, "slots-total": 2, "slots-available": 0},
            "/jobs/overview": {"jobs": [{"jid": "cafe", "name": "inkstream", "state": "RUNNING"}]},
            "/jobs/cafe": {"state": "RUNNING", "duration": 4_200, "vertices": [vertex]},
            "/jobs/cafe/checkpoints": {"counts": COUNTS, "latest": {"completed": LAST}},
        }

    def get(self, path: str) -> Any:
        place, _, wanted = unquote(path).partition("/metrics")
        if place == unquote(path):
            return self.answers[path]
        if place in ("/jobmanager", "/taskmanagers", "/jobs/cafe"):
            return [{"id": name, "value": "100", "sum": 200.0} for name in wanted.removeprefix("?get=").split(",")]
        if not wanted:
            self.listed += 1
            return [{"id": name} for name in self.metrics]
        names = wanted.removeprefix("?get=").split(",")
        return [{"id": name, "value": self.metrics[name]} for name in names if name in self.metrics]


def test_what_flink_tells_is_understood() -> None:
    found = ClusterReader(FakeFlink(), "inkstream").read()
    job = found.job
    assert job is not None
    assert (job.state, job.seconds, job.tasks, job.tasks_running, job.restarts) == ("RUNNING", 4, 2, 1, 100)
    assert (job.checkpoints.completed, job.checkpoints.failed, job.checkpoints.milliseconds) == (7, 2, 21)
    assert job.batches == Batches(count=61, drawings=3_000, smallest=1, largest=187)
    assert job.rows == 12
    assert (found.task_managers, found.slots, found.free_slots) == (1, 2, 0)
    assert found.task_managers_heap is not None
    assert found.task_managers_heap.used == 200


def test_the_long_list_of_metrics_is_read_once_and_late_subtasks_are_found_all_the_same() -> None:
    flink = FakeFlink()
    reader = ClusterReader(flink, "inkstream")
    reader.read()
    flink.metrics[f"0.[1]Commit.{ROWS}"] = "30"
    found = reader.read()
    assert found.job is not None
    assert (found.job.rows, flink.listed) == (42, 1)


def test_a_fresh_job_has_no_figures_yet() -> None:
    flink = FakeFlink()
    flink.metrics = {}
    flink.answers["/jobs/cafe/checkpoints"] = {"counts": COUNTS, "latest": {"completed": None}}
    job = ClusterReader(flink, "inkstream").read().job
    assert job is not None
    assert (job.batches, job.rows, job.checkpoints.milliseconds) == (None, None, None)


def test_no_job_is_none() -> None:
    assert ClusterReader(FakeFlink(), "another").read().job is None


def test_flink_away_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise requests.ConnectionError("refused")

    monkeypatch.setattr(Flink, "get", refuse)
    with pytest.raises(AwayError, match="comes back by itself"), cluster(Settings()) as read:
        read()
