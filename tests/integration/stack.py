"""Starts, stops and harms a stack as its users would, and asks it what became of drawings."""

import os
import signal
import subprocess
import sys
import uuid
from dataclasses import dataclass

import psutil
import requests
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from pipeline.lakehouse.query import query
from pipeline.lakehouse.table import NoTableYetError
from pipeline.local.ends import alive
from pipeline.local.stack import health
from pipeline.messages import Prediction, Rejection
from pipeline.settings import REPOSITORY, Settings
from producers.answers import AnswerReader
from producers.broker import KafkaUnavailableError
from producers.samples import sample_drawings
from producers.sender import DrawingSender

PATIENCE_SECONDS = 180
Outcome = Prediction | Rejection
eventually = retry(
    stop=stop_after_delay(PATIENCE_SECONDS),
    wait=wait_fixed(0.5),
    retry=retry_if_exception_type(
        (AssertionError, NoTableYetError, KafkaUnavailableError, psutil.NoSuchProcess, requests.RequestException)
    ),
    reraise=True,
)


@dataclass(frozen=True)
class Stack:
    """A stack in a state folder of its own."""

    settings: Settings

    def start(self) -> None:
        """Start it, as ``make start`` does, and wait until it is ready."""
        done = self._command("start")
        assert done.returncode == 0, done.stderr + self._last_words()

    def stop(self) -> None:
        """Stop it, as ``make stop`` does."""
        assert self._command("stop").returncode == 0

    @eventually
    def process(self, component: str) -> psutil.Process:
        """The process of a component, once it has one: it may just be starting again."""
        found = [one.pid for one in health(self.settings) if one.component.name == component and one.pid]
        assert found, f"{component} is not running"
        return psutil.Process(found[0])

    @eventually
    def beam_worker(self) -> psutil.Process:
        """The first started of the Beam workers, which has the main stage, once there is one."""
        children = self.process("workers").children()
        workers = [child for child in children if "SdkHarness" in " ".join(child.cmdline())]
        assert workers, "no Beam worker is running"
        return workers[0]

    def kill(self, process: psutil.Process) -> None:
        """End a process as a power failure would, and wait until it is gone."""
        process.send_signal(signal.SIGKILL)
        _await_death(process)

    def _command(self, name: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pipeline.local", name]
        return subprocess.run(command, cwd=REPOSITORY, env=os.environ, capture_output=True, text=True, timeout=400)

    def _last_words(self) -> str:
        logs = sorted((self.settings.state_dir / "logs").glob("*.log"))
        return "".join(f"\n== {log.name}\n{log.read_text(errors='replace')[-2000:]}" for log in logs)


@eventually
def _await_death(process: psutil.Process) -> None:
    assert not alive(process)


class Feed:
    """Drawings of one source, sent while their answers are being collected."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.source = f"test-{uuid.uuid4()}"
        self.ids: list[str] = []
        self.answers: dict[str, list[Outcome]] = {}
        self.reader = eventually(AnswerReader)(settings)

    def send(self, count: int) -> None:
        """Send handwritten digits, once the broker is there; returns when it has them."""
        with eventually(DrawingSender)(self.settings, self.source) as sender:
            self.ids += [sender.send(drawing.value) for drawing in sample_drawings(count)]

    @eventually
    def await_answers(self, times: int = 1) -> None:
        """Wait until every drawing is answered, so often."""
        for answer in self.reader.poll(1.0):
            self.answers.setdefault(answer.drawing_id, []).append(answer)
        unanswered = [one for one in set(self.ids) if len(self.answers.get(one, [])) < times]
        assert not unanswered, f"{len(unanswered)} of {len(self.ids)} drawings are not answered"

    @eventually
    def await_in_lakehouse(self) -> None:
        """Wait until every drawing is in the lakehouse, each exactly once."""
        rows, distinct = self.in_lakehouse()
        assert distinct == len(set(self.ids)), f"{distinct} of {len(self.ids)} drawings are in the lakehouse"
        assert rows == distinct, f"{rows - distinct} rows are in the lakehouse twice"

    def in_lakehouse(self) -> tuple[int, int]:
        """Rows of this feed in the lakehouse, and different drawings among them."""
        landed = self.landed()
        return len(landed), len(set(landed))

    def landed(self) -> list[str]:
        """The ids of this feed's rows in the lakehouse."""
        sql = f"SELECT drawing_id FROM predictions WHERE source = '{self.source}'"
        ids: list[str] = query(self.settings.lakehouse, sql)["drawing_id"].to_pylist()
        return ids

    def close(self) -> None:
        """Let go of the connection."""
        self.reader.close()
