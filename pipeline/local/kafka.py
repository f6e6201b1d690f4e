"""The local Kafka broker: one process that is its own KRaft controller."""

import subprocess
import uuid
from base64 import urlsafe_b64encode
from pathlib import Path

from pipeline.errors import InkstreamError
from pipeline.jvm.jars import CONFIGURATION, locked_jars
from pipeline.jvm.java import java_command
from pipeline.settings import Settings

JVM_OPTIONS = [
    "-Xmx640m",
    "-Xmn256m",  # a request leaves 20 KB of garbage; the less often it is looked for, the fewer drawings wait for that
    "-XX:TieredStopAtLevel=1",  # the second compiler takes more than it gives for a long time, while drawings wait
    "-XX:+UseSerialGC",  # two cores are shared by all; parallel collectors would fight over them
    "-XX:+ExitOnOutOfMemoryError",  # the supervisor starts it again
    f"-Dlog4j2.configurationFile={CONFIGURATION / 'log4j2.properties'}",
]


def broker_command(here: Settings) -> list[str]:
    """The command that runs the broker, its storage formatted before the first time."""
    properties = _write_properties(here)
    if not (_log_dir(here) / "meta.properties").exists():
        _format(properties)
    return java_command(locked_jars("kafka"), "kafka.Kafka", JVM_OPTIONS, [str(properties)])


def _log_dir(here: Settings) -> Path:
    return here.state_dir / "kafka" / "log"


def _write_properties(here: Settings) -> Path:
    own = {
        "listeners": f"CLIENT://{here.host}:{here.kafka_port},CONTROLLER://{here.host}:{here.kafka_controller_port}",
        "controller.quorum.bootstrap.servers": f"{here.host}:{here.kafka_controller_port}",
        "log.dirs": _log_dir(here),
        "num.partitions": here.partitions,
    }
    properties = here.state_dir / "kafka" / "server.properties"
    properties.parent.mkdir(parents=True, exist_ok=True)
    common = (CONFIGURATION / "kafka" / "server.properties").read_text()
    properties.write_text(common + "".join(f"\n{key}={_escaped(str(value))}" for key, value in own.items()) + "\n")
    return properties


def _escaped(value: str) -> str:
    """A value as ``java.util.Properties`` reads it: the file is in ISO 8859-1, and a backslash begins an escape."""
    return "".join(map(_escaped_character, value))


def _escaped_character(character: str) -> str:
    if " " <= character <= "~":
        return character.replace("\\", "\\\\")
    code = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{code[place : place + 4]}" for place in range(0, len(code), 4))


def _format(properties: Path) -> None:
    cluster_id = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    # In one word: the id may begin with a dash.
    arguments = ["format", "--config", str(properties), f"--cluster-id={cluster_id}", "--standalone"]
    command = java_command(locked_jars("kafka"), "kafka.tools.StorageTool", JVM_OPTIONS, arguments)
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise InkstreamError(f"Kafka's storage could not be formatted: {(done.stdout + done.stderr).strip()}")
