"""What a replay has sent and what came back, in columns: some 30 bytes a drawing, for replays of millions."""

import os
import uuid
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.messages import Prediction
from producers.answers import Answer, Message

UNANSWERED, RIGHT, WRONG, REJECTED = range(4)
"""What became of a drawing."""

Times = NDArray[np.int64]
_ID = np.dtype("S16")


class Ledger:
    """One row a drawing, found by its id, a UUID4 made here; ``numbers`` are the labels, repeated as need be."""

    def __init__(self, count: int, numbers: Sequence[str]) -> None:
        self._ids = np.sort(_random_ids(count))  # sorted, so that an answer's row is found by bisection
        self._numbers = np.array(numbers)
        self.submitted_at: Times = np.zeros(count, np.int64)
        self.answered_at: Times = np.zeros(count, np.int64)
        self.outcomes: NDArray[np.uint8] = np.full(count, UNANSWERED, np.uint8)
        self.repeats = 0

    def __len__(self) -> int:
        return len(self._ids)

    def drawing_id(self, row: int) -> str:
        """The UUID of a drawing."""
        return str(uuid.UUID(bytes=self._ids[row].ljust(16, b"\0")))

    def number(self, row: int) -> str:
        """What a drawing really says."""
        return str(self._numbers[row % len(self._numbers)])

    def enter(self, answers: Iterable[Answer]) -> int:
        """Enter answers into their rows; returns for how many drawings they are the first.

        Answers to others' drawings are passed over; later answers to the same drawing only count as ``repeats``.
        """
        mine = {}
        for answer, row in self._with_rows(list(answers)):
            if row in mine or self.outcomes[row] != UNANSWERED:
                self.repeats += 1
            else:
                mine[row] = answer
        for row, answer in mine.items():
            self.answered_at[row] = answer.timestamp_ms
            self.outcomes[row] = self._outcome(row, answer.message)
        return len(mine)

    def _with_rows(self, answers: list[Answer]) -> Iterator[tuple[Answer, int]]:
        ids = np.array([_packed(answer.message.drawing_id) for answer in answers], _ID)
        rows = np.searchsorted(self._ids, ids)
        found = self._ids[np.minimum(rows, len(self) - 1)] == ids
        return ((answers[n], int(rows[n])) for n in np.flatnonzero(found))

    def _outcome(self, row: int, message: Message) -> int:
        if not isinstance(message, Prediction):
            return REJECTED
        return RIGHT if message.number == self._numbers[row % len(self._numbers)] else WRONG


def _random_ids(count: int) -> NDArray[np.bytes_]:
    octets = np.frombuffer(bytearray(os.urandom(16 * count)), np.uint8).reshape(count, 16)
    octets[:, 6] = octets[:, 6] & 0x0F | 0x40  # RFC 9562: version 4
    octets[:, 8] = octets[:, 8] & 0x3F | 0x80  # and its variant
    return octets.view(_ID).ravel()


def _packed(drawing_id: str) -> bytes:
    try:
        return uuid.UUID(drawing_id).bytes
    except (ValueError, AttributeError):
        return b""
