"""Answers as the stream would give them, a stream in memory, and an address where no Kafka is."""

import socket
from collections import deque
from collections.abc import Callable, Iterator

import pytest

from pipeline.messages import Digit, Prediction, Rejection
from pipeline.settings import settings
from producers.answers import Answer, Message


@pytest.fixture
def prediction() -> Callable[..., Prediction]:
    def make(drawing_id: str = "a", number: str = "7", confidence: float = 0.98765) -> Prediction:
        digits = [Digit(int(digit), confidence, [0.1] * 10, (1, 2, 3, 4)) for digit in number]
        return Prediction(drawing_id, number, confidence, digits, "0123456789ab", 1_000, 1_050)

    return make


@pytest.fixture
def rejection() -> Callable[..., Rejection]:
    def make(drawing_id: str = "a") -> Rejection:
        return Rejection(drawing_id, "blank", "There is no ink.", "drawings", 0, 5, b"a", b"the image", 1_050)

    return make


class Stream:
    """Sender and reader in one: ``answer`` says what comes back for a drawing's id and value."""

    def __init__(self, answer: Callable[[str, bytes], list[Message]]) -> None:
        self.sent: list[tuple[str, bytes, int | None]] = []
        self.labels: list[str | None] = []
        self._answer = answer
        self._answers: deque[Answer] = deque()

    def send(
        self, value: bytes, drawing_id: str | None = None, submitted_at: int | None = None, label: str | None = None
    ) -> str:
        drawing_id = drawing_id or f"id-{len(self.sent)}"
        self.labels.append(label)
        self.sent.append((drawing_id, value, submitted_at))
        self._answers += [Answer(message, 5_000) for message in self._answer(drawing_id, value)]
        return drawing_id

    def flush(self) -> None:
        """Everything is there as soon as it is sent."""

    def poll_timed(self, _: float) -> list[Answer]:
        return [self._answers.popleft() for _ in range(min(2, len(self._answers)))]

    def poll(self, timeout_seconds: float) -> list[Message]:
        return [answer.message for answer in self.poll_timed(timeout_seconds)]


@pytest.fixture
def stream() -> type[Stream]:
    """The stream in memory, to be made with what it shall answer."""
    return Stream


@pytest.fixture
def no_kafka(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a port that is taken by nobody else and where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        monkeypatch.setenv("INKSTREAM_BOOTSTRAP_SERVERS", address)
        settings.cache_clear()
        yield address
    settings.cache_clear()
