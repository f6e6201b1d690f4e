"""The engines side by side: what each is called and which processes it consists of."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bench.ports import free_ports
from pipeline.local.components import components
from pipeline.settings import Settings

Commands = dict[str, list[str]]
"""The command of each process, by its name, in the order in which they start."""

PYTHON = [sys.executable, "-u", "-m"]
CLUSTER = ("jobmanager", "taskmanager", "workers", "job", "housekeeper")
"""The components of the stack that are the engine: all but broker, dashboard and guardian."""


@dataclass(frozen=True)
class Engine:
    """Something that reads drawings and writes predictions; ``most`` is the largest backlog it can be asked to read."""

    title: str
    commands: Callable[[Settings], Commands]
    most: int | None = None
    environment: dict[str, str] = field(default_factory=dict)


def by_partition(module: str) -> Callable[[Settings], Commands]:
    """A process for each partition, so that every core has something to do."""
    return lambda here: {f"{module}-{one}": [*PYTHON, f"bench.engines.{module}", str(one)] for one in _partitions(here)}


def bytewax(here: Settings) -> Commands:
    """A Bytewax cluster with a process for each partition."""
    addresses = ";".join(f"{here.host}:{port}" for port in free_ports(here.partitions))
    command = [*PYTHON, "bytewax.run", "bench.engines.bytewax:flow"]
    return {f"bytewax-{one}": [*command, "-i", str(one), "-a", addresses] for one in _partitions(here)}


def inkstream(flags: Sequence[str] = (), slots: int | None = None) -> Callable[[Settings], Commands]:
    """The stream as it ships: Flink, Beam's workers, the job, the lakehouse and its housekeeper.

    ``flags`` are options of the job, ``slots`` those of the TaskManager; without them it is as shipped.
    """

    def commands(here: Settings) -> Commands:
        own = {one.name: one.prepare() for one in components(here) if one.name in CLUSTER}
        own["job"] += flags
        if slots:
            own["taskmanager"] += [
                "-D",
                f"taskmanager.numberOfTaskSlots={slots}",
            ]  # the last one counts
        return {name: own[name] for name in CLUSTER}

    return commands


def _partitions(here: Settings) -> range:
    return range(here.partitions)


BARE_LOOP, OURS = "bare-loop", "inkstream"
ENGINES = {
    BARE_LOOP: Engine("bare loop, confluent-kafka", by_partition("bare_loop")),
    OURS: Engine("**Inkstream**, lakehouse on", inkstream()),
    "bytewax": Engine("Bytewax", bytewax),
    "kafka-python": Engine("bare loop, kafka-python", by_partition("kafka_python")),
    "one-at-a-time": Engine(
        "one at a time, model.predict",
        lambda _: {"one-at-a-time": [*PYTHON, "bench.engines.one_at_a_time"]},
        most=500,
    ),
}
