"""How far each partition's log of drawings was at each of the last seconds, as Kafka itself tells by its own clock."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from threading import Lock
from typing import TypeAlias

import numpy as np
from kafka import KafkaConsumer
from kafka.errors import KafkaError

from dashboard.throughput.figures import LENGTH, SECONDS, Ints
from dashboard.throughput.watching import AwayError
from pipeline.settings import Settings
from producers.broker import ANSWERS_WITHIN_MS, KafkaUnavailableError, connect_consumer, silent

LOOKED_UP_AT_ONCE = 30
"""Seconds of the past that are asked for between two looks at the present; each takes some milliseconds."""
SETTLING_SECONDS = 0.5
"""A second is asked for when it is over by a broker's clock that is a little behind, too."""

Ends: TypeAlias = dict[int, Ints]


class Arrivals:
    """For each partition the offset of the first drawing after each second's begin, in rings; thread-safe."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.time) -> None:
        self._settings = settings
        self._clock = clock
        self._seconds: Ints = np.full(LENGTH, -1, np.int64)
        self._ends: Ends = {}
        self._lock = Lock()

    def ends(self, seconds: Ints) -> Ends:
        """The offset that each partition's next drawing got, at the begin of each of these seconds; -1: unknown."""
        with self._lock:
            kept = self._seconds[seconds % LENGTH] == seconds
            return {partition: np.where(kept, ring[seconds % LENGTH], -1) for partition, ring in self._ends.items()}

    @contextmanager
    def opened(self) -> Iterator[Callable[[], None]]:
        """What brings the rings up to date, some seconds further back at each call.

        Raises:
            AwayError: Kafka is not there, or goes away.
        """
        try:
            with closing(connect_consumer(self._settings, [self._settings.drawings_topic])) as consumer:
                yield lambda: self._read(consumer)
        except KafkaUnavailableError as error:
            raise AwayError(f"{error}.") from error
        except KafkaError as error:
            raise AwayError(f"{silent(self._settings)}.") from error

    def _read(self, consumer: KafkaConsumer) -> None:
        """Ask for unknown seconds, the newest first, and before that for the logs' ends: none is later than these."""
        ends = consumer.end_offsets(consumer.assignment(), timeout_ms=ANSWERS_WITHIN_MS)
        for second in self._unknown(int(self._clock() - SETTLING_SECONDS))[:LOOKED_UP_AT_ONCE]:
            begin = dict.fromkeys(ends, int(second) * 1_000)
            found = consumer.offsets_for_times(begin, timeout_ms=ANSWERS_WITHIN_MS)
            self._keep(second, {one.partition: found[one].offset if found[one] else end for one, end in ends.items()})

    def _unknown(self, latest: int) -> Ints:
        """Seconds of the past whose ends are not known, newest first."""
        seconds = np.arange(latest, latest - SECONDS - 1, -1)
        unknown: Ints = seconds[self._seconds[seconds % LENGTH] != seconds]
        return unknown

    def _keep(self, second: np.int64, ends: dict[int, int]) -> None:
        with self._lock:
            self._seconds[second % LENGTH] = second
            for partition, end in ends.items():
                self._ends.setdefault(partition, np.full(LENGTH, -1, np.int64))[second % LENGTH] = end
