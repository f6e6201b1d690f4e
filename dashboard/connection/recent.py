"""The last answers of everybody, whoever asked: bounded in number and in bytes."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from itertools import islice
from threading import Lock

from producers.answers import Answer, Unread

LARGEST = 1_000_000
"""Bytes of an answer worth keeping; a rejection holds its drawing."""


class RecentAnswers:
    """Answers by the drawing's id; the oldest go first. Safe for threads; an answer is read when asked for."""

    def __init__(self, max_answers: int, max_bytes: int) -> None:
        self._max_answers = max_answers
        self._max_bytes = max_bytes
        self._answers: OrderedDict[str, Unread] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._answers)

    def get(self, drawing_id: str) -> Answer | None:
        """The newest answer to a drawing, None if there is none of late."""
        unread = self._answers.get(drawing_id)
        return unread.read() if unread else None

    def newest(self, count: int) -> list[Answer]:
        """The last answers, newest first."""
        return list(islice(self.newest_first(), count))

    def newest_first(self) -> Iterator[Answer]:
        """All that are kept at this moment, each read when it is its turn."""
        with self._lock:
            kept = list(self._answers.values())
        return (answer for unread in reversed(kept) if (answer := unread.read()))

    def add(self, arrived: Iterable[Unread]) -> None:
        """Keep what has arrived; of several answers to a drawing the last."""
        with self._lock:
            for unread in arrived:
                self._drop(unread.drawing_id)
                if len(unread.value) <= LARGEST:
                    self._answers[unread.drawing_id] = unread
                    self._bytes += len(unread.value)
            while len(self._answers) > self._max_answers or self._bytes > self._max_bytes:
                self._drop(next(iter(self._answers)))

    def _drop(self, drawing_id: str) -> None:
        if unread := self._answers.pop(drawing_id, None):
            self._bytes -= len(unread.value)
