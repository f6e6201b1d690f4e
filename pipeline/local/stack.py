"""Start, watch and stop the whole stack."""

import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psutil
import requests

from pipeline.errors import InkstreamError
from pipeline.launching.flink import Flink
from pipeline.local.components import Component, components
from pipeline.local.supervisor import Supervisor
from pipeline.settings import Settings


@dataclass(frozen=True)
class Health:
    """How one component is: supervisord's word for it, its pid, its memory in bytes with all its children, its age."""

    component: Component
    state: str
    pid: int
    memory: int
    seconds: int


def start(here: Settings) -> bool:
    """Start the stack in the background; False if it runs already.

    Raises:
        InkstreamError: a port is taken by somebody else, or something cannot be prepared.
    """
    supervisor = Supervisor(here)
    if supervisor.is_running():
        return False
    supervisor.end_leftovers()
    # What a killed Flink left in its temporary folder is of no use to a new one.
    shutil.rmtree(here.state_dir / "flink" / "tmp", ignore_errors=True)
    stack = components(here)
    _require_free_ports(here, stack)
    supervisor.start(stack)
    return True


def stop(here: Settings) -> bool:
    """Stop the stack, whatever state it is in, so that no process of it remains; False if nothing ran."""
    return Supervisor(here).stop()


def health(here: Settings) -> list[Health]:
    """How each component is; empty if the stack does not run."""
    supervisor = Supervisor(here)
    if not supervisor.is_running():
        return []
    by_name = {process["name"]: process for process in supervisor.processes()}
    return [_health(component, by_name[component.name]) for component in components(here) if component.name in by_name]


def not_ready(here: Settings) -> Iterator[str]:
    """What is still to come before a drawing gets its answer."""
    supervisor = Supervisor(here)
    if not supervisor.is_running():
        raise InkstreamError(f"The supervisor has ended; {supervisor.log('supervisord')} says why.")
    for process in supervisor.processes():
        if process["statename"] != "RUNNING":
            yield str(process["name"])
    if not _job_runs(here):
        yield "the Beam job"
    if not _dashboard_answers(here):
        yield "the dashboard's page"


def job_state(here: Settings) -> str:
    """Flink's word for the state of our job, or why there is none."""
    try:
        flink = Flink(here.flink_rest)
        job_id = flink.live_job(here.job_name)
        return f"{flink.state(job_id)} ({job_id})" if job_id else "not submitted yet"
    except requests.RequestException:
        return "Flink does not answer"


def _health(component: Component, process: dict[str, Any]) -> Health:
    pid = process["pid"]
    seconds = process["now"] - process["start"] if pid else 0
    return Health(component, process["statename"], pid, _memory(pid), seconds)


def _memory(pid: int) -> int:
    """Resident bytes of a process and its descendants."""
    try:
        parent = psutil.Process(pid)
        return sum(process.memory_info().rss for process in [parent, *parent.children(recursive=True)]) if pid else 0
    except psutil.NoSuchProcess:
        return 0


def _job_runs(here: Settings) -> bool:
    try:
        flink = Flink(here.flink_rest)
        job_id = flink.live_job(here.job_name)
        return job_id is not None and flink.runs_everywhere(job_id)
    except requests.RequestException:
        return False


def _dashboard_answers(here: Settings) -> bool:
    try:
        return requests.get(f"{here.dashboard}/_stcore/health", timeout=5).ok
    except requests.RequestException:
        return False


def _require_free_ports(here: Settings, stack: list[Component]) -> None:
    for component in stack:
        for port, variable in component.ports.items():
            with socket.socket() as probe:
                # As the components do: a port whose last connections are still closing is free.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((component.host or here.host, port))
                except OSError as error:
                    raise InkstreamError(
                        f"Port {port} is in use, and {component.name} needs it. "
                        f"Stop the program that has it, or choose another port with {variable}=…"
                    ) from error
