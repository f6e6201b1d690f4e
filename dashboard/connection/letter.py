"""One record on its way to Kafka, and whether Kafka has it."""

from concurrent.futures import Future, InvalidStateError, wait
from contextlib import suppress
from typing import Any, TypeAlias, TypeVar

Headers: TypeAlias = list[tuple[str, bytes]]
Result = TypeVar("Result")


class Letter:
    """A record for one of Kafka's topics. Threads may wait for it to be sent, an event loop may wrap ``sending``."""

    def __init__(self, key: str, value: bytes, headers: Headers) -> None:
        self.key = key
        self.value = value
        self.headers = headers
        self.sending: Future[None] = Future()

    @property
    def sent(self) -> bool:
        """Whether Kafka has acknowledged it."""
        return self.sending.done()

    def mark_sent(self) -> None:
        """Kafka has acknowledged it; wakes whoever waits."""
        settle(self.sending, None)

    def wait_sent(self, timeout_seconds: float) -> bool:
        """Wait until Kafka has it; False if that takes longer."""
        return done_within(self.sending, timeout_seconds)


def done_within(future: "Future[Any]", timeout_seconds: float) -> bool:
    """Wait for a future; False if that takes longer."""
    return future in wait([future], timeout_seconds).done


def settle(future: "Future[Result]", result: Result) -> None:
    """Give a future its result, unless another thread was faster."""
    with suppress(InvalidStateError):
        future.set_result(result)
