"""The Beam SDK workers that run our Python stages: ``python -m pipeline.launching.workers --port 50000``.

Beam has an entry point for this (``worker_pool_main``), but it listens on every interface and leaves the
workers that died as zombies.
"""

import argparse
import logging
import os
import signal
import threading
from contextlib import suppress

import grpc
from apache_beam.portability.api import beam_fn_api_pb2_grpc
from apache_beam.runners.worker.worker_pool_main import BeamFnExternalWorkerPoolServicer
from apache_beam.utils.thread_pool_executor import shared_unbounded_instance

from pipeline.settings import settings

STATE_CACHE_BYTES = 16 << 20


def serve(host: str, port: int) -> None:
    """Start a worker process for each one that Flink asks for, until this process is told to end."""
    # Results leave with their bundle or when a buffer is full, never by the clock (data_buffer_time_limit_ms):
    # Beam's thread for that cuts elements in two and loses others, since it does not wait for the one that writes.
    pool = BeamFnExternalWorkerPoolServicer(use_process=True, state_cache_size=STATE_CACHE_BYTES)
    server = grpc.server(shared_unbounded_instance())
    beam_fn_api_pb2_grpc.add_BeamFnExternalWorkerPoolServicer_to_server(pool, server)  # type: ignore[no-untyped-call]
    server.add_insecure_port(f"{host}:{port}")
    server.start()
    logging.info("Beam workers can be had at %s:%d", host, port)
    asked_to_end = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked_to_end.set())
    while not asked_to_end.wait(timeout=1):
        _bury()
    server.stop(grace=None)


def _bury() -> None:
    """Take note of every worker that died; of those whose Flink died too, the pool itself knows nothing any more."""
    with suppress(ChildProcessError):  # none is left
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default=settings().host, help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=settings().beam_worker_port, help="port (%(default)s)")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    serve(arguments.host, arguments.port)
