"""The local Flink session cluster: one JobManager with the Web UI, one TaskManager."""

import subprocess
from pathlib import Path

import pyflink

from pipeline.errors import InkstreamError
from pipeline.jvm.jars import CONFIGURATION, beam_agent, flink_jars, locked_jars
from pipeline.jvm.java import java_command
from pipeline.settings import Settings

FLINK_CONFIGURATION = CONFIGURATION / "flink"
JVM_OPTIONS = [
    f"@{FLINK_CONFIGURATION / 'jvm.options'}",
    "-XX:+ExitOnOutOfMemoryError",  # the supervisor starts it again, and the job goes on from its checkpoint
    f"-Dlog4j2.configurationFile={CONFIGURATION / 'log4j2.properties'}",
]
RESULT_PREFIX = "BASH_JAVA_UTILS_EXEC_RESULT:"


def job_manager_command(here: Settings) -> list[str]:
    """The command that runs the JobManager; it forgets its jobs when it dies."""
    entry_point = "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint"
    return _command(here, "GET_JM_RESOURCE_PARAMS", entry_point)


def task_manager_command(here: Settings) -> list[str]:
    """The command that runs the TaskManager."""
    entry_point = "org.apache.flink.runtime.taskexecutor.TaskManagerRunner"
    return _command(here, "GET_TM_RESOURCE_PARAMS", entry_point, beam_agent())


def _command(here: Settings, resources: str, entry_point: str, *jvm_options: str) -> list[str]:
    memory, derived = _resource_parameters(here, resources)
    arguments = ["--configDir", str(FLINK_CONFIGURATION), *_dynamic_properties(here), *derived]
    # Flink's jars go first: they bring the logging that Beam's only asks for.
    jars = flink_jars() + locked_jars("beam")
    return java_command(jars, entry_point, [*memory, *jvm_options, *JVM_OPTIONS], arguments)


def _dynamic_properties(here: Settings) -> list[str]:
    flink_dir = here.state_dir / "flink"
    own = {
        "jobmanager.rpc.port": here.flink_rpc_port,
        "rest.port": here.flink_rest_port,
        "rest.bind-port": here.flink_rest_port,
        "blob.server.port": here.flink_blob_port,
        "io.tmp.dirs": flink_dir / "tmp",
        "web.tmpdir": flink_dir / "tmp",
        "state.checkpoints.dir": f"file://{flink_dir / 'checkpoints'}",
        "state.savepoints.dir": f"file://{flink_dir / 'savepoints'}",
    }
    (flink_dir / "tmp").mkdir(parents=True, exist_ok=True)
    return [f"-D{key}={value}" for key, value in own.items()]


def _resource_parameters(here: Settings, what: str) -> tuple[list[str], list[str]]:
    """JVM options and -D options as Flink's own start scripts ask its BashJavaUtils for them."""
    utilities = Path(pyflink.__path__[0]) / "bin" / "bash-java-utils.jar"
    command = java_command(
        [utilities, *flink_jars()],
        "org.apache.flink.runtime.util.bash.BashJavaUtils",
        ["-XX:TieredStopAtLevel=1"],
        [what, "--configDir", str(FLINK_CONFIGURATION), *_dynamic_properties(here)],
    )
    done = subprocess.run(command, capture_output=True, text=True)
    results = [line.removeprefix(RESULT_PREFIX) for line in done.stdout.splitlines() if line.startswith(RESULT_PREFIX)]
    if len(results) != 2:
        raise InkstreamError(f"Flink cannot size its memory: {(done.stdout + done.stderr).strip()[-500:]}")
    return results[0].split(), results[1].split()
