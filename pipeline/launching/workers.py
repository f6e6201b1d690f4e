"""The Beam SDK workers that run our Python stages: ``python -m pipeline.launching.workers --port 50000``.

Beam has an entry point for this (``worker_pool_main``), but it listens on every interface, leaves the workers that
died as zombies, and lets Flink wait for ever for a worker that died before it could report.
"""

import argparse
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from typing import Any

import grpc
from apache_beam.portability.api import beam_fn_api_pb2, beam_fn_api_pb2_grpc
from apache_beam.runners.worker.worker_pool_main import BeamFnExternalWorkerPoolServicer
from apache_beam.utils.thread_pool_executor import shared_unbounded_instance

from pipeline.settings import settings

STATE_CACHE_BYTES = 16 << 20
TRIES = 3
"""Times that a worker is started at most."""


class WorkerPool(BeamFnExternalWorkerPoolServicer):
    """Beam's pool of worker processes; one that dies while its Flink lives, unasked, is started again."""

    def __init__(self) -> None:
        super().__init__(use_process=True, state_cache_size=STATE_CACHE_BYTES)
        self._requests: dict[str, Any] = {}
        self._tries: dict[str, int] = {}

    def StartWorker(self, start_worker_request: Any, unused_context: Any) -> Any:  # noqa: ARG002, N802 (gRPC's names)
        """Start a worker process, as Flink asks."""
        self._requests[start_worker_request.worker_id] = start_worker_request
        self._tries[start_worker_request.worker_id] = 1
        return self._start(start_worker_request)

    def _start(self, request: Any) -> Any:
        """As Beam's own does it, but with our harness."""
        harness = f'SdkHarness("{request.control_endpoint.url}", worker_id="{request.worker_id}", '
        harness += f"state_cache_size={self._state_cache_size})"
        command = [sys.executable, "-c", f"from pipeline.launching.harness import SdkHarness; {harness}.run()"]
        try:
            self._worker_processes[request.worker_id] = subprocess.Popen(command, stdout=subprocess.PIPE)
        except OSError as error:
            return beam_fn_api_pb2.StartWorkerResponse(error=str(error))
        return beam_fn_api_pb2.StartWorkerResponse()

    def tend(self) -> None:
        """Take note of the workers that died; Flink may still wait for one of them to report.

        One that had reported is no longer waited for: Flink will end its successor with the failed job's other workers.
        """
        for worker_id, process in list(self._worker_processes.items()):
            if process.poll() is not None:
                process.stdout.close()
                self._start_again(worker_id)
        with suppress(ChildProcessError):  # those of an earlier Flink, which gave its workers the same names
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass

    def _start_again(self, worker_id: str) -> None:
        request = self._requests[worker_id]
        if self._tries[worker_id] < TRIES and _is_open(request.control_endpoint.url):
            self._tries[worker_id] += 1
            self._start(request)
        else:
            self._worker_processes.pop(worker_id, None)


def serve(host: str, port: int) -> None:
    """Start a worker process for each one that Flink asks for, until this process is told to end."""
    pool = WorkerPool()
    server = grpc.server(shared_unbounded_instance())
    beam_fn_api_pb2_grpc.add_BeamFnExternalWorkerPoolServicer_to_server(pool, server)  # type: ignore[no-untyped-call]
    server.add_insecure_port(f"{host}:{port}")
    server.start()
    logging.info("Beam workers can be had at %s:%d", host, port)
    asked_to_end = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked_to_end.set())
    while not asked_to_end.wait(timeout=1):
        pool.tend()
    server.stop(grace=None)


def _is_open(endpoint: str) -> bool:
    host, _, port = endpoint.rpartition(":")
    with suppress(OSError), socket.create_connection((host, int(port)), timeout=1):
        return True
    return False


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default=settings().host, help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=settings().beam_worker_port, help="port (%(default)s)")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    serve(arguments.host, arguments.port)
