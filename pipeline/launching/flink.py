"""What Flink's REST API tells of its jobs."""

from typing import Any, NamedTuple

import requests

TIMEOUT_SECONDS = 10
ENDED = {"FINISHED", "CANCELED", "FAILED", "SUSPENDED"}
WORKERS_OWN = "Error received from SDK harness"
"""In a stack trace: Beam's worker was there, and our code in it failed."""


class Failure(NamedTuple):
    """Why a job failed, in one line, and whether it was our own code."""

    reason: str
    ours: bool


class Flink:
    """A Flink cluster, by the base URL of its REST API; each question to it may take ``timeout_seconds``."""

    def __init__(self, url: str, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self.url = url
        self._timeout_seconds = timeout_seconds

    def get(self, path: str) -> Any:
        """The JSON that a path of the REST API answers.

        Raises:
            requests.RequestException: no answer, or an error.
        """
        response = requests.get(f"{self.url}{path}", timeout=self._timeout_seconds)
        response.raise_for_status()
        return response.json()

    def get_or_none(self, path: str) -> Any:
        """The same, None where Flink answers 404: not found.

        Raises:
            requests.RequestException: no answer, or another error.
        """
        try:
            return self.get(path)
        except requests.HTTPError as error:
            if error.response is not None and error.response.status_code == requests.codes.not_found:
                return None
            raise

    def slots(self) -> int:
        """How many slots the TaskManagers offer, used ones included."""
        return int(self.get("/overview")["slots-total"])

    def live_job(self, name: str) -> str | None:
        """The id of the job of this name that has not ended."""
        jobs = self.get("/jobs/overview")["jobs"]
        return next((job["jid"] for job in jobs if job["name"] == name and job["state"] not in ENDED), None)

    def state(self, job_id: str) -> str:
        """RUNNING, RESTARTING, FAILING, …"""
        return str(self.get(f"/jobs/{job_id}")["state"])

    def end_of(self, job_id: str) -> str | None:
        """How the job ended: FINISHED, CANCELED, FAILED, or LOST by a JobManager that died; None while it lives."""
        job = self.get_or_none(f"/jobs/{job_id}")
        if job is None:
            return "LOST"
        state = str(job["state"])
        return state if state in ENDED else None

    def runs_everywhere(self, job_id: str) -> bool:
        """Whether every task of the job runs."""
        vertices = self.get(f"/jobs/{job_id}")["vertices"]
        return bool(vertices) and all(vertex["status"] == "RUNNING" for vertex in vertices)

    def failures(self, job_id: str) -> list[Failure]:
        """The failures that the job has had, newest first; Flink keeps the last sixteen."""
        history = self.get(f"/jobs/{job_id}/exceptions")["exceptionHistory"]["entries"]
        return [Failure(_innermost(one["stacktrace"]), WORKERS_OWN in one["stacktrace"]) for one in history]

    def cancel(self, job_id: str) -> None:
        """Ask for the end of a job; its last checkpoint stays."""
        requests.patch(f"{self.url}/jobs/{job_id}?mode=cancel", timeout=self._timeout_seconds).raise_for_status()


def _innermost(stack_trace: str) -> str:
    """The last cause in a Java stack trace; of a Python traceback in it, the error's own line."""
    cause = [line for line in stack_trace.splitlines() if line and not line.startswith(("\t", " "))][-1]
    return cause.removeprefix("Caused by: ")
