"""Processes of the bench's own: each in a session of its own, by which all that it starts is found again and ended."""

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL, SIGTERM
from typing import NamedTuple

import psutil

from pipeline.errors import InkstreamError
from pipeline.local.ends import await_end
from pipeline.settings import REPOSITORY

PATIENCE_SECONDS = 20
LAST_WORDS = 400
"""Characters of a dead process's log that tell why, as a rule."""


class Usage(NamedTuple):
    """Processor seconds of some processes since their start, and the resident bytes of each."""

    cpu_seconds: float
    memory: dict[str, int]


@dataclass(frozen=True)
class Group:
    """Running processes by name, and the folder of their logs."""

    processes: dict[str, subprocess.Popen[bytes]]
    logs: Path

    def usage(self) -> Usage:
        """What they and all that they started use; of a process that has ended, what its parent was told."""
        cpu, memory = 0.0, dict.fromkeys(self.processes, 0)
        names = {process.pid: name for name, process in self.processes.items()}
        for member, session in _of_sessions(set(names)):
            with suppress(psutil.Error):
                cpu += sum(member.cpu_times()[:4])
                memory[names[session]] += member.memory_info().rss
        return Usage(cpu, memory)

    def require_life(self) -> None:
        """Nothing of it has died.

        Raises:
            InkstreamError: something has; its last words are in the message.
        """
        for name, process in self.processes.items():
            if process.poll() is not None:
                raise InkstreamError(f"{name} has ended with status {process.returncode}; {self.last_words([name])}")

    def end(self) -> None:
        """End them, the last one first, and all that they started."""
        sessions = {process.pid for process in self.processes.values()}
        members = [member for member, _ in _of_sessions(sessions)]
        for process in reversed(self.processes.values()):
            _signal(process.pid, SIGTERM)
        stubborn = await_end(members, PATIENCE_SECONDS)
        for member in stubborn:
            with suppress(psutil.NoSuchProcess):
                member.send_signal(SIGKILL)
        await_end(stubborn, PATIENCE_SECONDS)
        for process in self.processes.values():
            process.wait()

    def last_words(self, names: Iterable[str] = ()) -> str:
        """How the logs of these processes, or of all, end."""
        texts = {name: (self.logs / f"{name}.log").read_text(errors="replace") for name in names or self.processes}
        ends = {name: " ".join(text[-LAST_WORDS:].split()) for name, text in texts.items()}
        return "; ".join(f"{name} says: {end or 'nothing'}" for name, end in ends.items())


@contextmanager
def running(commands: Mapping[str, list[str]], environment: Mapping[str, str], logs: Path) -> Iterator[Group]:
    """The processes, for as long as they are wanted."""
    logs.mkdir(parents=True, exist_ok=True)
    group = Group({}, logs)
    try:
        for name, command in commands.items():
            with (logs / f"{name}.log").open("wb") as log:
                group.processes[name] = subprocess.Popen(
                    command,
                    cwd=REPOSITORY,
                    env={**os.environ, **environment, "PYTHONPATH": str(REPOSITORY)},
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        yield group
    finally:
        group.end()


def _of_sessions(sessions: set[int]) -> Iterator[tuple[psutil.Process, int]]:
    """Every process of these sessions, and its session; one call of the kernel for each process there is."""
    for process in psutil.process_iter():
        with suppress(ProcessLookupError, PermissionError):
            if (session := os.getsid(process.pid)) in sessions:
                yield process, session


def _signal(group: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, number)
