"""Labelled load, replayed by a process of its own: one at a time for all sessions of the server."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import Any

import orjson

from pipeline.settings import REPOSITORY, Settings

COMMAND = (sys.executable, "-m", "dashboard.throughput.replaying")


@dataclass
class Run:
    """One replay of ``count`` drawings, ``rate`` a second or, if None, as fast as it goes.

    Once ``ended`` there is the ``report`` of `producers.replay`, or a sentence of what went wrong in ``failure``, or
    neither: somebody stopped it.
    """

    rate: float | None
    count: int
    labelled_before: int
    started_at: float = field(default_factory=time.monotonic)
    ended: bool = False
    stopped: bool = False
    report: dict[str, Any] | None = None
    failure: str = ""

    @property
    def seconds(self) -> float:
        """Since its start."""
        return time.monotonic() - self.started_at


class Load:
    """Starts and stops replays. The last of them is ``run``; its process ends with this one, however that ends."""

    def __init__(self, settings: Settings, command: Sequence[str] = COMMAND) -> None:
        self.run: Run | None = None
        self._environment = os.environ | settings.environment() | {"PYTHONPATH": str(REPOSITORY)}
        self._command = command
        self._process: subprocess.Popen[str] | None = None
        self._lock = Lock()

    @property
    def running(self) -> bool:
        """Whether a replay is under way."""
        return self.run is not None and not self.run.ended

    def start(self, rate: float | None, count: int, labelled_before: int = 0) -> bool:
        """Start a replay; False if one is under way. ``labelled_before`` is kept with it, to measure its progress."""
        with self._lock:
            if self.running:
                return False
            self.run = Run(rate, count, labelled_before)
            Thread(target=self._replay, args=(self.run,), name="replay", daemon=True).start()
            return True

    def stop(self) -> None:
        """End the replay that is under way, if any; what it has sent will be read all the same."""
        with self._lock:
            if self.run and not self.run.ended:
                self.run.stopped = True
                if self._process:
                    self._process.terminate()

    def _replay(self, run: Run) -> None:
        arguments = ["--count", str(run.count), "--report", "--json"]
        arguments += [] if run.rate is None else ["--rate", f"{run.rate:g}"]
        # The process ends when its stdin does, and ours is the only other end of that pipe.
        theirs, ours = os.pipe()
        try:
            with self._lock:
                self._process = process = subprocess.Popen(
                    [*self._command, *arguments],
                    stdin=theirs,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                    cwd=REPOSITORY,
                    env=self._environment,
                )
                if run.stopped:
                    process.terminate()
            stdout, stderr = process.communicate()
            self._conclude(run, stdout, stderr)
        except OSError as error:
            run.failure = f"The replay could not be started ({error}); try again in a moment."
        finally:
            os.close(theirs)
            os.close(ours)
            self._process = None
            run.ended = True

    @staticmethod
    def _conclude(run: Run, stdout: str, stderr: str) -> None:
        """The report is there even if not every drawing was answered."""
        try:
            run.report = orjson.loads(stdout)
        except orjson.JSONDecodeError:
            if not run.stopped:
                run.failure = _last_line(stderr) or "The replay ended without a report; try again in a moment."


def _last_line(text: str) -> str:
    return next((line for line in reversed(text.splitlines()) if line.strip()), "")
