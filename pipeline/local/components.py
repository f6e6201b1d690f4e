"""Every process of the local stack: what it is for, how it starts, where it listens."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field

from pipeline.local.flink import job_manager_command, task_manager_command
from pipeline.local.kafka import broker_command
from pipeline.local.precedence import yielding
from pipeline.settings import FLINK_HOST, Settings


@dataclass(frozen=True)
class Component:
    """One supervised process; ``ports`` maps each port it needs to the setting that moves it.

    It listens on ``host``, or where that is empty, on the settings' own.
    ``prepare`` makes what the process needs (its storage, say) and returns its command: only a start calls it.
    """

    name: str
    purpose: str
    prepare: Callable[[], list[str]]
    ports: dict[int, str] = field(default_factory=dict)
    address: str = ""
    seconds_to_stop: int = 10
    host: str = ""


def components(here: Settings) -> list[Component]:
    """The whole stack, in the order in which it starts; it stops in the reverse order."""
    python = [sys.executable, "-u", "-m"]
    return [
        Component(
            "kafka",
            "broker",
            lambda: broker_command(here),
            {here.kafka_port: "INKSTREAM_KAFKA_PORT", here.kafka_controller_port: "INKSTREAM_KAFKA_CONTROLLER_PORT"},
            here.kafka,
            seconds_to_stop=30,
        ),
        Component(
            "jobmanager",
            "Flink, with its Web UI",
            lambda: yielding(job_manager_command(here)),
            {
                here.flink_rest_port: "INKSTREAM_FLINK_REST_PORT",
                here.flink_rpc_port: "INKSTREAM_FLINK_RPC_PORT",
                here.flink_blob_port: "INKSTREAM_FLINK_BLOB_PORT",
            },
            here.flink_rest,
            host=FLINK_HOST,
        ),
        Component("taskmanager", "Flink, where the job runs", lambda: yielding(task_manager_command(here))),
        Component(
            "workers",
            "Beam's Python workers",
            lambda: [*python, "pipeline.launching.workers"],
            {here.beam_worker_port: "INKSTREAM_BEAM_WORKER_PORT"},
            f"{here.host}:{here.beam_worker_port}",
        ),
        Component(
            "dashboard",
            "draw here; HTTP API",
            lambda: [*python, "dashboard.server"],
            {here.dashboard_port: "INKSTREAM_DASHBOARD_PORT"},
            here.dashboard,
        ),
        Component("job", "keeps the Beam job running", lambda: [*python, "pipeline", "--follow"]),
        Component("housekeeper", "compacts the lakehouse", lambda: [*python, "pipeline.local.housekeeper"]),
        Component("guardian", "brings the supervisor back", lambda: [*python, "pipeline.local.guardian"]),
    ]
