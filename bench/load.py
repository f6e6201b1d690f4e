"""Drawings onto the topic: a backlog, a steady rate, or one by one; a drawing's id is its row."""

import random
import time
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from confluent_kafka import Producer
from numpy.typing import NDArray

from bench.broker import client
from pipeline.messages import LABEL_HEADER, SOURCE_HEADER, SUBMITTED_AT_HEADER
from pipeline.settings import Settings
from producers.samples import LabelledDrawing

Times = NDArray[np.float64]
"""Milliseconds since 1970."""
LONE_PAUSE = 1.0, 2.0
"""Seconds between lone drawings: of no fixed length, so that they do not keep step with anything periodic."""


TICK = 0.001
"""Seconds; the broker's timestamps are no finer."""


class Load:
    """Sends drawings, values in turn; ``sent_at`` says when each row was, or should have been, sent."""

    def __init__(self, here: Settings, drawings: Sequence[LabelledDrawing]) -> None:
        self._topic, self._partitions = here.drawings_topic, here.partitions
        self._drawings = drawings
        # Full batches for a backlog; a drawing alone goes at once; a crowd sends as Kafka's clients do by default.
        self._bulk = Producer(client(here, linger_ms=20, batch_size=1 << 20))
        self._prompt = Producer(client(here, linger_ms=0))
        self._crowd = Producer(client(here))
        self.sent_at: list[float] = []

    @property
    def count(self) -> int:
        """Drawings sent so far."""
        return len(self.sent_at)

    def label(self, row: int) -> str:
        """What the drawing of a row says."""
        return self._drawings[row % len(self._drawings)].number

    def backlog(self, count: int, advance: Callable[[int], None] = lambda _: None) -> None:
        """Send as fast as it goes; returns when the broker has all."""
        for _ in range(count):
            self._send(self._bulk, time.time())
            advance(1)
        self._bulk.flush()

    def steady(self, rate: float, seconds: float) -> None:
        """Send at a rate, whether anybody keeps up or not: an open loop."""
        producer, start = self._prompt if rate * TICK <= 1 else self._crowd, time.time()
        for place in range(round(rate * seconds)):
            due = start + place / rate
            if (early := due - time.time()) > 0:
                time.sleep(max(early, TICK))  # at thousands a second, some leave together
            self._send(producer, due)
        producer.flush()

    def lone(self, count: int, seed: int = 0) -> None:
        """Send one at a time, with pauses in which the system falls idle."""
        pauses = random.Random(seed)
        for _ in range(count):
            self._send(self._prompt, time.time())
            self._prompt.flush()
            time.sleep(pauses.uniform(*LONE_PAUSE))

    def _send(self, producer: Producer, at: float) -> None:
        row = self.count
        drawing = self._drawings[row % len(self._drawings)]
        headers: list[tuple[str, str | bytes | None]] = [
            (SOURCE_HEADER, b"bench"),
            (SUBMITTED_AT_HEADER, b"%d" % (at * 1000)),
            (LABEL_HEADER, drawing.number.encode()),
        ]
        while True:
            try:
                producer.produce(self._topic, drawing.value, b"%d" % row, row % self._partitions, headers=headers)
                break
            except BufferError:  # the queue is full
                producer.poll(0.1)
        producer.poll(0)
        self.sent_at.append(at * 1000)


def times(sent_at: Iterable[float]) -> Times:
    """The times as an array."""
    return np.fromiter(sent_at, np.float64)
