"""Beam's services on the JVM: one expands KafkaIO, the other translates the pipeline and hands it to Flink."""

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple

from apache_beam.portability.api import beam_job_api_pb2_grpc
from apache_beam.utils.subprocess_server import SubprocessServer, pick_port

from pipeline.jvm.jars import CONFIGURATION, beam_agent, flink_jars, locked_jars
from pipeline.jvm.java import java_command

JVM_OPTIONS = [
    f"@{CONFIGURATION / 'flink' / 'jvm.options'}",
    f"-Dlog4j2.configurationFile={CONFIGURATION / 'log4j2.properties'}",
    "-Xmx512m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",  # it lives for seconds: code that starts fast beats code that runs fast
]


class Endpoints(NamedTuple):
    """Where Beam's services listen, HOST:PORT each."""

    job: str
    expansion: str


@contextmanager
def job_server(flink_master: str, folder: Path) -> Iterator[Endpoints]:
    """Both services, for as long as a job is being submitted; they keep their files in ``folder``."""
    job_port, artifact_port, expansion_port, unused_port = pick_port(None, None, None, None)
    job_arguments = {
        "job-host": "localhost",
        "job-port": job_port,
        "artifact-port": artifact_port,
        "expansion-port": unused_port,
        "flink-master": flink_master,
    }
    # Its parser takes no value with a space behind a sign.
    artifacts = ["--artifacts-dir", str(folder / "artifacts")]
    expansion_arguments = {
        # KafkaIO runs inside Flink's own JVM, as a native source whose offsets are in Flink's checkpoints.
        # The job server has an expansion service too, but it can be told neither.
        "defaultEnvironmentType": "EMBEDDED",
        "experiments": "use_deprecated_read",
        # It insists on a file to stage; this one harms nobody.
        "filesToStage": CONFIGURATION / "log4j2.properties",
    }
    with (
        _service("org.apache.beam.runners.flink.FlinkJobServerDriver", job_port, artifacts, job_arguments),
        _service(
            "org.apache.beam.sdk.expansion.service.ExpansionService",
            expansion_port,
            [str(expansion_port)],
            expansion_arguments,
        ),
    ):
        yield Endpoints(f"localhost:{job_port}", f"localhost:{expansion_port}")


def _service(
    main_class: str, port: int, positional: list[str], arguments: dict[str, object]
) -> AbstractContextManager[object]:
    options = [f"--{name}={value}" for name, value in arguments.items()]
    jars = flink_jars() + locked_jars("beam")
    command = java_command(jars, main_class, [*JVM_OPTIONS, beam_agent()], [*positional, *options])
    logger = logging.getLogger(main_class.rpartition(".")[2])
    service: AbstractContextManager[object] = SubprocessServer(
        beam_job_api_pb2_grpc.JobServiceStub, command, port=port, logger=logger
    )
    return service
