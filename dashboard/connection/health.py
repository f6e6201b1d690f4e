"""Whether the system reads drawings at this moment, and which part of it does not do its work."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import cache
from threading import Lock

from dashboard.connection.checks import (
    ComponentHealth,
    check_flink,
    check_job,
    check_kafka,
    check_lakehouse,
    check_workers,
)
from pipeline.settings import Settings

FRESH_SECONDS = 2.0
PATIENCE_SECONDS = 3.0
Check = Callable[[Settings], ComponentHealth]
CHECKS: dict[str, Check] = {
    "kafka": check_kafka,
    "flink": check_flink,
    "job": check_job,
    "workers": check_workers,
    "lakehouse": check_lakehouse,
}


@dataclass(frozen=True)
class Health:
    """All parts of the system."""

    components: tuple[ComponentHealth, ...]

    @property
    def ok(self) -> bool:
        """Whether each of them does its work."""
        return all(component.ok for component in self.components)

    @property
    def trouble(self) -> str:
        """A sentence about the first that does not; "" if all do."""
        return next((component.sentence for component in self.components if not component.ok), "")


class HealthWatch:
    """Looks at all parts at once, at most every ``FRESH_SECONDS`` whoever asks; one that hangs keeps nobody."""

    def __init__(self, settings: Settings, checks: dict[str, Check]) -> None:
        self._settings = settings
        self._checks = checks
        self._pool = ThreadPoolExecutor(len(checks), "health")
        self._looks: dict[str, Future[ComponentHealth]] = {}
        self._health = Health(())
        self._seen_at = float("-inf")
        self._lock = Lock()

    def look(self) -> Health:
        """How everything is, as of at most ``FRESH_SECONDS`` ago."""
        with self._lock:
            if time.monotonic() - self._seen_at > FRESH_SECONDS:
                self._health = self._look()
                self._seen_at = time.monotonic()
            return self._health

    def _look(self) -> Health:
        for name, check in self._checks.items():
            if name not in self._looks:
                self._looks[name] = self._pool.submit(check, self._settings)
        wait(self._looks.values(), PATIENCE_SECONDS)
        return Health(tuple(self._component(name) for name in self._checks))

    def _component(self, name: str) -> ComponentHealth:
        if self._looks[name].done():
            return self._looks.pop(name).result()
        return ComponentHealth(name, False, f"The {name} does not answer within {PATIENCE_SECONDS:g} seconds.")


def health(settings: Settings) -> Health:
    """How everything is: a look shared by the whole process, a few seconds old at most; may take as long."""
    return _watch(settings).look()


@cache
def _watch(settings: Settings) -> HealthWatch:
    return HealthWatch(settings, CHECKS)
