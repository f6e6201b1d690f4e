"""Beam's job server, on the JVM: it translates the pipeline and hands it to Flink."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from apache_beam.portability.api import beam_job_api_pb2_grpc
from apache_beam.utils.subprocess_server import SubprocessServer, pick_port

from pipeline.jvm.jars import CONFIGURATION, beam_agent, flink_jars, locked_jars
from pipeline.jvm.java import java_command

JVM_OPTIONS = [
    f"@{CONFIGURATION / 'flink' / 'jvm.options'}",
    f"-Dlog4j2.configurationFile={CONFIGURATION / 'log4j2.properties'}",
    "-Xmx512m",
]
MAIN_CLASS = "org.apache.beam.runners.flink.FlinkJobServerDriver"


@contextmanager
def job_server(flink_master: str, folder: Path) -> Iterator[str]:
    """Where it listens, HOST:PORT, for as long as a job is being submitted; it keeps its files in ``folder``."""
    job_port, artifact_port, unused_port = pick_port(None, None, None)
    options = {
        "job-host": "localhost",
        "job-port": job_port,
        "artifact-port": artifact_port,
        "expansion-port": unused_port,
        "flink-master": flink_master,
    }
    arguments = [
        "--artifacts-dir",  # its parser takes no value with a space behind a sign
        str(folder / "artifacts"),
        *(f"--{name}={value}" for name, value in options.items()),
    ]
    jars = flink_jars() + locked_jars("beam")
    command = java_command(jars, MAIN_CLASS, [*JVM_OPTIONS, beam_agent()], arguments)
    logger = logging.getLogger(MAIN_CLASS.rpartition(".")[2])
    with SubprocessServer(beam_job_api_pb2_grpc.JobServiceStub, command, port=job_port, logger=logger):
        yield f"localhost:{job_port}"
