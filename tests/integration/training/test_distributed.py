import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from pipeline.local.ends import alive
from pipeline.settings import REPOSITORY
from tests.unit.training.learning.tiny import bars, fitted_tiny
from training.learning.distributed import RESTARTS

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def begin(program: str, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", f"tests.integration.training.{program}", str(tmp_path), *arguments]
        environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
        started.append(
            subprocess.Popen(
                command,
                cwd=REPOSITORY,
                env=environment,
                stderr=subprocess.PIPE,
                text=True,
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a background job ignores it
            )
        )
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def soon(condition: Callable[[], bool], seconds: float = 120) -> bool:
    deadline = time.monotonic() + seconds
    while not (done := condition()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return done


def pids(folder: Path) -> list[int]:
    file = folder / "pids"
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def ended(pid: int) -> bool:
    try:
        return not alive(psutil.Process(pid))
    except psutil.NoSuchProcess:
        return True


def test_a_killed_worker_changes_nothing_of_what_is_learnt(start: Start, tmp_path: Path) -> None:
    """Two workers, one of them killed after two epochs, learn what one process learns undisturbed."""
    launcher = start("small_run")
    checkpoint, worker = tmp_path / "checkpoint" / "checkpoint.npz", tmp_path / "worker-1"
    assert soon(checkpoint.exists)
    killed = int(worker.read_text())
    chief = int((tmp_path / "worker-0").read_text())
    assert psutil.Process(killed).ppid() == psutil.Process(chief).ppid() == launcher.pid
    os.kill(killed, signal.SIGKILL)
    (tmp_path / "go").touch()

    _, said = launcher.communicate(timeout=170)

    assert launcher.returncode == 0, said
    assert "Starting all workers again (1 of at most" in said
    assert said.count("Epoch 1/4") == said.count("Epoch 4/4") == 1, said
    assert int(worker.read_text()) != killed
    alone = fitted_tiny(bars, plain=True).network.get_weights()
    with np.load(tmp_path / "weights.npz") as together:
        for number, weight in enumerate(alone):
            assert together[f"arr_{number}"] == pytest.approx(weight, abs=2e-3)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_no_process_outlives_the_launcher(start: Start, tmp_path: Path, number: int) -> None:
    launcher = start("waiting_run")
    assert soon(lambda: len(pids(tmp_path)) == 4)

    launcher.send_signal(number)

    launcher.communicate(timeout=30)
    assert soon(lambda: all(map(ended, pids(tmp_path))), 30)


def test_a_worker_that_fails_by_itself_is_not_started_again(start: Start, tmp_path: Path) -> None:
    launcher = start("waiting_run", "1")

    _, said = launcher.communicate(timeout=60)

    assert "InkstreamError: Worker 1 failed with status 1" in said
    assert len(pids(tmp_path)) <= 4
    assert all(map(ended, pids(tmp_path)))


def test_it_gives_up_on_a_worker_that_always_dies(start: Start, tmp_path: Path) -> None:
    launcher = start("waiting_run", str(-signal.SIGKILL))

    _, said = launcher.communicate(timeout=120)

    assert said.count("Starting all workers again") == RESTARTS
    assert "WorkerDiedError: Worker 1 was ended by SIGKILL" in said
    assert all(map(ended, pids(tmp_path)))
