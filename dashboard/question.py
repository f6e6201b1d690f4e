"""A drawing somebody wants read, and the answer to it."""

from threading import Event
from time import perf_counter
from uuid import uuid4

from producers.answers import Message


class Question:
    """A drawing on its way through the stream; one thread waits for the answer that another one brings."""

    def __init__(self, drawing: bytes) -> None:
        self.id = str(uuid4())
        self.drawing = drawing
        self.answer: Message | None = None
        self._asked_at = perf_counter()
        self._answered_at: float | None = None
        self._answered = Event()

    @property
    def seconds(self) -> float:
        """From asking until the answer, or until now while there is none."""
        return (self._answered_at or perf_counter()) - self._asked_at

    def settle(self, answer: Message) -> None:
        """Give the answer and wake whoever waits for it."""
        self._answered_at = perf_counter()
        self.answer = answer
        self._answered.set()

    def wait(self, timeout_seconds: float) -> bool:
        """Wait for the answer; False if it is not there in time."""
        return self._answered.wait(timeout_seconds)
