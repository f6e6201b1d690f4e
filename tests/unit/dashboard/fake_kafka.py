"""Kafka and what it brings, played for tests of the dashboard."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, Queue

from kafka.errors import KafkaConnectionError, KafkaError
from kafka.future import Future

from pipeline.messages import Correction, Digit, Prediction, Rejection
from pipeline.settings import Settings
from producers.answers import Message, Unread
from producers.broker import KafkaUnavailableError

AWAY = "Kafka is not there; start it"


def prediction(drawing_id: str, number: str = "7") -> Prediction:
    """A reading of ``number``, each digit at 91 %, the rest spread evenly."""
    digits = [Digit(int(d), 0.91, [0.91 if v == int(d) else 0.01 for v in range(10)], (0, 0, 9, 9)) for d in number]
    return Prediction(drawing_id, number, 0.91 ** len(number), digits, "abc", 1, 2)


def rejection(drawing_id: str) -> Rejection:
    """A refusal of a drawing that has too much on it."""
    return Rejection(drawing_id, "crowded", "There is too much on this drawing.", "drawings", 0, 1, None, b"", 2)


def unread(message: Message, timestamp_ms: int = 3) -> Unread:
    """An answer as it comes from Kafka."""
    return Unread(message.drawing_id, timestamp_ms, message.to_json(), type(message).from_json)


class FakeKafka:
    """Kafka as `Stream` meets it: takes drawings, brings answers, and can be away or stop taking them.

    Whatever is taken is answered with ``number``: a rejection for "", nothing for None.
    """

    def __init__(self) -> None:
        self.away = False
        self.breaks = False
        self.gone = KafkaConnectionError("gone")
        self.takes_after: int | None = None
        """How many records more it acknowledges before it ceases to."""
        self.refuses: KafkaError | None = None
        self.number: str | None = "7"
        self.taken: list[tuple[str, bytes]] = []
        self.sources: list[str] = []
        self.corrections: list[Correction] = []
        self.connections = 0
        self._answers: Queue[Message] = Queue()
        self._untaken: list[tuple[Future, str, bytes, bytes, dict[str, bytes]]] | None = None

    @property
    def takes_drawings(self) -> bool:
        """Whether it acknowledges what it gets; once it does again, what it got in the meantime."""
        return self._untaken is None

    @takes_drawings.setter
    def takes_drawings(self, takes: bool) -> None:
        untaken, self._untaken = self._untaken or [], None if takes else []
        for record in untaken if takes else ():
            self._take(*record)

    def answer(self, message: Message) -> None:
        """Have an answer read, whoever asked."""
        self._answers.put(message)

    # What `Posting` uses

    def connect_producer(self, *_: object, **__: object) -> "FakeKafka":
        self.require_listener()
        self.connections += 1
        return self

    def abandon(self, _: "FakeKafka") -> None:
        pass

    def send(self, topic: str, value: bytes, key: bytes, headers: list[tuple[str, bytes]]) -> Future:
        if self.refuses:
            error, self.refuses = self.refuses, None
            return Future().failure(error)
        record = (Future(), topic, value, key, dict(headers))
        if self.takes_after is not None:
            self.takes_drawings = self.takes_after > 0
            self.takes_after -= 1
        if self._untaken is None:
            self._take(*record)
        else:
            self._untaken.append(record)
        return record[0]

    def _take(self, future: Future, topic: str, value: bytes, key: bytes, headers: dict[str, bytes]) -> None:
        future.success(None)
        if topic == Settings().corrections_topic:
            self.corrections.append(Correction.from_json(value))
            return
        drawing_id = key.decode()
        self.taken.append((drawing_id, value))
        self.sources.append(headers["source"].decode())
        if self.number is not None:
            self.answer(prediction(drawing_id, self.number) if self.number else rejection(drawing_id))

    # What `Listening` uses

    @contextmanager
    def open_reader(self, *_: object) -> Iterator["FakeKafka"]:
        self.require_listener()
        yield self

    def require_listener(self, *_: object) -> None:
        if self.away:
            raise KafkaUnavailableError(AWAY)

    def poll_unread(self, timeout_seconds: float) -> list[Unread]:
        if self.breaks:
            self.breaks = False
            raise self.gone
        try:
            return [unread(self._answers.get(timeout=timeout_seconds), time.time_ns() // 1_000_000)]
        except Empty:
            return []
