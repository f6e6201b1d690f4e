"""A drawing somebody wants read, and the answer to it."""

import time
from concurrent.futures import Future
from itertools import pairwise
from typing import NamedTuple

from uuid_utils import uuid7

from dashboard.connection.letter import Letter, done_within, settle
from pipeline.messages import SOURCE_HEADER, SUBMITTED_AT_HEADER, Prediction
from producers.answers import Message

DASHBOARD = "dashboard"


class Timeline(NamedTuple):
    """Where the time went, in milliseconds, none below 0 though clocks differ."""

    kafka_in: int
    pipeline: int
    kafka_out: int
    delivery: int


class Question(Letter):
    """A drawing on its way through the stream. Threads may wait for the answer, an event loop may wrap ``answering``.

    Its id is a UUIDv7: whoever has it knows when the drawing was asked, too.
    """

    def __init__(self, drawing: bytes, source: str = DASHBOARD) -> None:
        self.id = str(uuid7())
        self.drawing = drawing
        self.source = source
        self.asked_at = time.time_ns() // 1_000_000
        headers = [(SOURCE_HEADER, source.encode()), (SUBMITTED_AT_HEADER, b"%d" % self.asked_at)]
        super().__init__(self.id, drawing, headers)
        self.answering: Future[Message] = Future()
        self.published_at: int | None = None
        """When the answer came onto its topic, by the broker's clock, in epoch milliseconds."""
        self._clock = time.perf_counter()
        self._seconds: float | None = None

    @property
    def answer(self) -> Message | None:
        """What the stream says of the drawing; None as long as it says nothing."""
        return self.answering.result() if self.answering.done() else None

    @property
    def seconds(self) -> float:
        """From asking until the answer, or until this moment while there is none."""
        return time.perf_counter() - self._clock if self._seconds is None else self._seconds

    @property
    def timeline(self) -> Timeline | None:
        """Where the time went; None until it is answered, and for answers that do not tell their times."""
        answer = self.answer
        if not isinstance(answer, Prediction) or answer.arrived_at is None or self.published_at is None:
            return None
        seen_at = self.asked_at + round(self.seconds * 1_000)
        times = (self.asked_at, answer.arrived_at, answer.predicted_at, self.published_at, seen_at)
        return Timeline(*(max(0, after - before) for before, after in pairwise(times)))

    def settle(self, answer: Message, published_at: int | None = None) -> None:
        """Give the answer and wake whoever waits for it; of several the first counts. One thread does that."""
        if not self.answering.done():
            self._seconds = time.perf_counter() - self._clock
            self.published_at = published_at
            self.mark_sent()  # Kafka has it, though its word of that may have been lost
            settle(self.answering, answer)

    def let_go_of_the_drawing(self) -> None:
        """Free its memory; only for a question that has been sent, and whose drawing nobody wants to see."""
        self.drawing = self.value = b""

    def wait(self, timeout_seconds: float) -> bool:
        """Wait for the answer; False if it is not there in time."""
        return done_within(self.answering, timeout_seconds)
