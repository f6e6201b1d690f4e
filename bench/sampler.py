"""Looks at processes now and then while they are measured."""

import threading
import time
from dataclasses import dataclass, field
from types import TracebackType

import psutil

from bench.processes import Group

EVERY_SECONDS = 0.5


@dataclass(frozen=True)
class Samples:
    """Processor seconds used so far, in columns, at ``times`` in epoch milliseconds; most bytes held, by process."""

    times: list[float] = field(default_factory=list)
    engine_cpu: list[float] = field(default_factory=list)
    broker_cpu: list[float] = field(default_factory=list)
    peak_memory: dict[str, int] = field(default_factory=dict)


class Sampler(threading.Thread):
    """Samples an engine and the broker from when it is entered until it is left."""

    def __init__(self, engine: Group, broker: Group) -> None:
        super().__init__(daemon=True)
        self._engine, self._broker = engine, broker
        self._ended = threading.Event()
        self.samples = Samples()

    def run(self) -> None:
        """Sample until told to end."""
        while not self._ended.wait(EVERY_SECONDS):
            self.sample()

    def sample(self) -> None:
        """Take one look."""
        engine, so_far = self._engine.usage(), self.samples
        so_far.broker_cpu.append(self._broker.usage().cpu_seconds)
        so_far.engine_cpu.append(engine.cpu_seconds)
        so_far.times.append(time.time() * 1000)
        for name, used in engine.memory.items():
            so_far.peak_memory[name] = max(used, so_far.peak_memory.get(name, 0))

    def __enter__(self) -> "Sampler":
        self.sample()
        self.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._ended.set()
        self.join()


def machine_load() -> float:
    """The share of all cores that is busy, over a second: what else the machine does."""
    return float(psutil.cpu_percent(interval=1)) / 100
