import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from apache_beam.portability.api import beam_fn_api_pb2, endpoints_pb2

from pipeline.launching.workers import TRIES, WorkerPool

ID = "1-2"


@pytest.fixture
def starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Workers are a program that dies at once; a line is added here by each."""
    program, lines = tmp_path / "python", tmp_path / "starts"
    program.write_text(f"#!/bin/sh\necho started >> '{lines}'\n")
    program.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(program))
    return lines


@pytest.fixture
def flink() -> Iterator[socket.socket]:
    """Where workers report."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def started(flink: socket.socket) -> WorkerPool:
    pool = WorkerPool()
    endpoint = endpoints_pb2.ApiServiceDescriptor(url=f"127.0.0.1:{flink.getsockname()[1]}")
    request = beam_fn_api_pb2.StartWorkerRequest(worker_id=ID, control_endpoint=endpoint)
    assert not pool.StartWorker(request, None).error
    return pool


def tended(pool: WorkerPool, times: int) -> None:
    """Tended again and again, each time when the worker has died."""
    for _ in range(times):
        if process := pool._worker_processes.get(ID):
            process.wait(timeout=20)
        pool.tend()


def test_a_worker_for_which_flink_may_wait_is_started_again_some_times(starts: Path, flink: socket.socket) -> None:
    tended(started(flink), TRIES + 3)

    assert starts.read_text().count("started") == TRIES


def test_a_worker_whose_flink_is_gone_is_not_started_again(starts: Path, flink: socket.socket) -> None:
    pool = started(flink)
    flink.close()

    tended(pool, 3)

    assert starts.read_text().count("started") == 1


def test_a_worker_that_flink_has_ended_is_not_started_again(starts: Path, flink: socket.socket) -> None:
    pool = started(flink)
    with pool._worker_processes[ID] as worker:
        worker.wait(timeout=20)
    pool.StopWorker(beam_fn_api_pb2.StopWorkerRequest(worker_id=ID), None)

    tended(pool, 3)

    assert starts.read_text().count("started") == 1


def test_a_dead_worker_of_an_earlier_flink_is_no_zombie_and_a_living_one_is_let_be() -> None:
    with subprocess.Popen([sys.executable, "-S", "-c", "input()"], stdin=subprocess.PIPE) as living:
        dead = subprocess.Popen([sys.executable, "-S", "-c", ""])
        while psutil.Process(dead.pid).status() != psutil.STATUS_ZOMBIE:
            pass

        WorkerPool().tend()

        assert not psutil.pid_exists(dead.pid)
        assert dead.poll() is not None
        assert living.poll() is None
