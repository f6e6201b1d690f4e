"""The Beam SDK workers that run our Python stages: ``python -m pipeline.launching.workers --port 50000``.

Beam has an entry point for this (``worker_pool_main``), but it listens on every interface and starts
workers that ignore how long results may wait before they are sent.
"""

import argparse
import logging
import signal
import threading

import grpc
from apache_beam.portability.api import beam_fn_api_pb2_grpc
from apache_beam.runners.worker.worker_pool_main import BeamFnExternalWorkerPoolServicer
from apache_beam.utils.thread_pool_executor import shared_unbounded_instance

from pipeline.settings import settings

# Results leave a running bundle at least this often; without a limit only a full buffer sends them.
RESULTS_WAIT_MS = 10
STATE_CACHE_BYTES = 16 << 20


def serve(host: str, port: int) -> None:
    """Start a worker process for each one that Flink asks for, until this process is told to end."""
    pool = BeamFnExternalWorkerPoolServicer(
        use_process=True, state_cache_size=STATE_CACHE_BYTES, data_buffer_time_limit_ms=RESULTS_WAIT_MS
    )
    server = grpc.server(shared_unbounded_instance())
    beam_fn_api_pb2_grpc.add_BeamFnExternalWorkerPoolServicer_to_server(pool, server)  # type: ignore[no-untyped-call]
    server.add_insecure_port(f"{host}:{port}")
    server.start()
    logging.info("Beam workers can be had at %s:%d", host, port)
    asked_to_end = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked_to_end.set())
    asked_to_end.wait()
    server.stop(grace=None)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default=settings().host, help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=settings().beam_worker_port, help="port (%(default)s)")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    serve(arguments.host, arguments.port)
