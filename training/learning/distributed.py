"""Training by several processes of this machine: start them, watch them, start all again when one dies."""

import json
import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from multiprocessing import connection
from multiprocessing.context import SpawnProcess
from typing import Any, cast

import tenacity

from pipeline.errors import InkstreamError
from training.progress import stderr

RESTARTS = 5
LOST_A_PEER = 75
"""A worker's exit status when another one has died: EX_TEMPFAIL of BSD's sysexits.h, "try again"."""
LOCAL = "INKSTREAM_LOCAL_WORKERS"
"""Set where all workers share one machine, and with it its GPUs."""


class WorkerDiedError(InkstreamError):
    """A worker was killed or lost its connection to the others."""


def run_workers(count: int, work: Callable[..., None], *arguments: Any) -> None:
    """Call ``work(*arguments)`` in ``count`` new processes, each with its ``TF_CONFIG``, until all have returned.

    When one dies, the others are ended and all are started again, which relies on ``work`` to resume; no process is
    left when this returns or raises.

    Raises:
        WorkerDiedError: it happened once more than ``RESTARTS`` times.
        InkstreamError: a worker failed by itself; it has said why.
    """
    for attempt in tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(WorkerDiedError),
        stop=tenacity.stop_after_attempt(RESTARTS + 1),
        wait=tenacity.wait_fixed(1),
        before_sleep=_say_what_happened,
        reraise=True,
    ):
        with attempt:
            _run_once(count, work, arguments)


def cluster(addresses: list[str], index: int) -> str:
    """The ``TF_CONFIG`` of the worker with this number."""
    return json.dumps({"cluster": {"worker": addresses}, "task": {"type": "worker", "index": index}})


def _say_what_happened(state: tenacity.RetryCallState) -> None:
    problem = state.outcome.exception() if state.outcome else None
    again = f"Starting all workers again ({state.attempt_number} of at most {RESTARTS} times)."
    stderr.print(f"{problem} {again}", soft_wrap=True)


def _run_once(count: int, work: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    context = multiprocessing.get_context("spawn")
    addresses = _free_addresses(count)
    workers = [
        context.Process(
            target=_worker, args=(cluster(addresses, index), count, work, arguments), name=f"Worker {index}"
        )
        for index in range(count)
    ]
    try:
        for worker in workers:
            worker.start()
        _wait(workers)
    finally:
        _end(workers)


def _wait(workers: list[SpawnProcess]) -> None:
    """Return when all have ended well; raise as soon as one has not."""
    running = {worker.sentinel: worker for worker in workers}
    while running:
        for sentinel in connection.wait(list(running)):
            worker = running.pop(cast("int", sentinel))
            worker.join()
            _judge(worker)


def _judge(worker: SpawnProcess) -> None:
    status = worker.exitcode or 0
    if status < 0:
        raise WorkerDiedError(f"{worker.name} was ended by {signal.Signals(-status).name}.")
    if status == LOST_A_PEER:
        raise WorkerDiedError(f"{worker.name} lost another worker.")
    if status:
        raise InkstreamError(f"{worker.name} failed with status {status}: it says why above.")


def _end(workers: list[SpawnProcess]) -> None:
    """End the workers and all processes they have started, also those of a worker that is dead already."""
    for worker in workers:
        if worker.pid is not None:
            with suppress(ProcessLookupError, PermissionError):  # of that group nobody is left
                os.killpg(worker.pid, signal.SIGKILL)  # nothing to tidy: checkpoints are whole at any moment
            worker.kill()  # it may not have its group yet
            worker.join()


def _worker(tf_config: str, count: int, work: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    os.setpgrp()  # Ctrl-C then reaches the launcher alone, which ends this whole group
    threading.Thread(target=_end_with_the_launcher, daemon=True).start()
    threads = max((os.cpu_count() or 1) // count, 1)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ |= {"TF_CONFIG": tf_config, LOCAL: str(count), "TF_NUM_INTRAOP_THREADS": str(threads)}
    work(*arguments)


def _end_with_the_launcher() -> None:
    launcher = multiprocessing.parent_process()
    if launcher is not None:
        connection.wait([launcher.sentinel])
        os.killpg(0, signal.SIGKILL)


def _free_addresses(count: int) -> list[str]:
    """Addresses of this machine on which nothing listens, all of them different."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [f"127.0.0.1:{each.getsockname()[1]}" for each in sockets]
