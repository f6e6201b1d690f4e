"""Kafka and what it brings, played for tests of the dashboard."""

from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, Queue

from kafka.errors import KafkaConnectionError

from pipeline.messages import Digit, Prediction, Rejection
from producers.answers import Message
from producers.broker import KafkaUnavailableError
from producers.in_flight import DeliveryError


def prediction(drawing_id: str, number: str = "7") -> Prediction:
    """A reading of ``number``, each digit at 91 %, the rest spread evenly."""
    digits = [Digit(int(d), 0.91, [0.91 if v == int(d) else 0.01 for v in range(10)], (0, 0, 9, 9)) for d in number]
    return Prediction(drawing_id, number, 0.91 ** len(number), digits, "abc", 1, 2)


def rejection(drawing_id: str) -> Rejection:
    """A refusal of a drawing that has too much on it."""
    return Rejection(drawing_id, "crowded", "There is too much on this drawing.", "drawings", 0, 1, None, b"", 2)


class FakeKafka:
    """Kafka as `Stream` meets it: takes drawings, brings answers, and can be away or stop taking them."""

    def __init__(self) -> None:
        self.away = False
        self.takes_drawings = True
        self.breaks = False
        self.number: str | None = "7"
        self.taken: list[tuple[str, bytes]] = []
        self.connections = 0
        self._answers: Queue[Message] = Queue()

    def answer(self, message: Message) -> None:
        self._answers.put(message)

    @contextmanager
    def open_sender(self, *_: object) -> Iterator["FakeKafka"]:
        if self.away:
            raise KafkaUnavailableError("Kafka is not there; start it")
        self.connections += 1
        yield self

    @contextmanager
    def open_reader(self, *_: object) -> Iterator["FakeKafka"]:
        yield self

    def send(self, value: bytes, drawing_id: str) -> str:
        if self.takes_drawings:
            self.taken.append((drawing_id, value))
            if self.number is not None:
                self.answer(prediction(drawing_id, self.number) if self.number else rejection(drawing_id))
        return drawing_id

    def flush(self, timeout_seconds: float) -> None:
        if not self.takes_drawings:
            raise DeliveryError(f"not acknowledged in {timeout_seconds} s")

    def poll(self, timeout_seconds: float) -> list[Message]:
        if self.breaks:
            self.breaks = False
            raise KafkaConnectionError("gone")
        try:
            return [self._answers.get(timeout=timeout_seconds)]
        except Empty:
            return []
