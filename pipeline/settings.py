"""Where things run: ports, folders and topic names, each overridable by an ``INKSTREAM_*`` variable.

``INKSTREAM_KAFKA_PORT=19092 make start`` moves the broker; ``INKSTREAM_STATE_DIR=/data/ink`` moves
everything that must survive a restart.
"""

from functools import cache
from pathlib import Path
from typing import Annotated, TypeAlias

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from pipeline.lakehouse.location import PREDICTIONS, absolute, corrections_beside

REPOSITORY = Path(__file__).resolve().parent.parent
PREFIX = "INKSTREAM_"
FLINK_HOST = "127.0.0.1"
"""Where Flink listens, as its configuration has it: whoever reaches its REST API may run any code."""

Port: TypeAlias = Annotated[int, Field(ge=1, le=65535)]


class Settings(BaseSettings):
    """Every address, folder and name that the parts of the system must agree on."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True)

    state_dir: Path = Field(REPOSITORY / ".state", description="Kafka's log, checkpoints, lakehouse, logs")
    host: str = Field("127.0.0.1", description=f"address of all but Flink, which keeps to {FLINK_HOST}")

    kafka_port: Port = Field(9092, description="Kafka broker, for clients")
    kafka_controller_port: Port = Field(9093, description="Kafka broker, for its own KRaft controller")
    flink_rest_port: Port = Field(8081, description="Flink Web UI and REST API")
    flink_rpc_port: Port = Field(6123, description="Flink JobManager, for TaskManagers")
    flink_blob_port: Port = Field(6124, description="Flink JobManager's blob server")
    beam_worker_port: Port = Field(50000, description="Beam Python SDK workers")
    dashboard_port: Port = Field(8501, description="Streamlit dashboard")

    bootstrap_servers: str = Field("", description="an outside Kafka; empty: the local broker")
    drawings_topic: str = "drawings"
    predictions_topic: str = "predictions"
    rejected_topic: str = "rejected"
    corrections_topic: str = "corrections"
    partitions: int = Field(2, ge=1, description="partitions of a topic made by us")

    job_name: str = Field("inkstream", description="the Beam job's name in Flink; there is one live job of a name")
    lakehouse_uri: str = Field(
        "", description="Delta table of predictions, a folder or s3://, gs:// URL; empty: in the state folder"
    )
    tidy_minutes: int = Field(10, ge=1, description="between two looks whether the lakehouse has many small files")
    model_path: Path = Field(REPOSITORY / "training" / "digits.keras", description="the CNN that the stream runs")

    outbox_drawings: int = Field(10_000, ge=1, description="drawings that a dashboard keeps while Kafka is away")
    outbox_mebibytes: int = Field(256, ge=32, description="the most that these may have together")
    request_drawings: int = Field(100, ge=1, description="the most drawings of one request to the HTTP API")
    request_mebibytes: int = Field(64, ge=1, description="the most that these may have together")
    recent_answers: int = Field(20_000, ge=1, description="answers that a dashboard remembers")
    recent_mebibytes: int = Field(64, ge=1, description="the most that these may have together")
    recent_seconds: int = Field(300, ge=0, description="how far back a dashboard looks for answers when it starts")

    @field_validator("state_dir", "model_path")
    @classmethod
    def _absolute(cls, path: Path) -> Path:
        return path.resolve()

    @field_validator("lakehouse_uri")
    @classmethod
    def _absolute_unless_url(cls, uri: str) -> str:
        if uri:
            corrections_beside(absolute(uri))
        return absolute(uri)

    @model_validator(mode="after")
    def _one_port_each(self) -> "Settings":
        ports = {name: getattr(self, name) for name in Settings.model_fields if name.endswith("_port")}
        for name, port in ports.items():
            if shared := [variable(other) for other in ports if ports[other] == port and other != name]:
                raise ValueError(f"{variable(name)} and {shared[0]} cannot both be {port}.")
        return self

    def environment(self) -> dict[str, str]:
        """The variables that make these very settings, wherever a process runs."""
        return {variable(name): str(getattr(self, name)) for name in Settings.model_fields}

    @property
    def kafka(self) -> str:
        """Bootstrap servers as Kafka clients want them."""
        return self.bootstrap_servers or f"{self.host}:{self.kafka_port}"

    @property
    def lakehouse(self) -> str:
        """URI of the Delta table of predictions."""
        return self.lakehouse_uri or str(self.state_dir / "lakehouse" / PREDICTIONS)

    @property
    def flink_master(self) -> str:
        """Flink's REST API as Beam's job server wants it."""
        return f"{FLINK_HOST}:{self.flink_rest_port}"

    @property
    def flink_rest(self) -> str:
        """Base URL of Flink's REST API and Web UI."""
        return f"http://{self.flink_master}"

    @property
    def dashboard(self) -> str:
        """URL of the dashboard."""
        return f"http://{self.host}:{self.dashboard_port}"


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return f"{PREFIX}{name}".upper()


@cache
def settings() -> Settings:
    """The settings of this process, read from its environment once.

    Raises:
        SystemExit: with status 1 and a sentence for each variable whose value is impossible.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise SystemExit("\n".join(map(_sentence, error.errors()))) from error


def _sentence(problem: ErrorDetails) -> str:
    if not problem["loc"]:
        return problem["msg"].removeprefix("Value error, ")
    name, why = variable(str(problem["loc"][0])), problem["msg"].removeprefix("Value error, ")
    return f"{name}={problem['input']} cannot be: {why[0].lower()}{why[1:]}."
