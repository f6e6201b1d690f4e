"""What waits to be put on Kafka: bounded in number and in bytes, and exact about what has left."""

import time
import weakref
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Condition
from typing import NamedTuple
from weakref import WeakKeyDictionary

from dashboard.connection.letter import Letter

STUCK_SECONDS = 1.0
"""With an acknowledgement overdue for so long nothing more leaves: what has not left can still be withdrawn."""
MOST_UNDER_WAY = 1_000
MOST_BYTES_UNDER_WAY = 64 * 2**20


class OverloadedError(Exception):
    """There is no room in the outbox; the message says so in plain words."""


@dataclass(eq=False, slots=True)
class Envelope:
    """A letter with its topic. ``letter`` gives None once it is held weakly and nobody else holds it."""

    topic: str
    letter: Callable[[], Letter | None]
    size: int
    left_at: float = 0.0


class Departure(NamedTuple):
    """A letter that leaves, and the envelope to say later what became of it."""

    envelope: Envelope
    letter: Letter


class Outbox:
    """Letters in the order of writing: waiting, then under way, until Kafka acknowledges them. Safe for threads."""

    def __init__(self, max_letters: int, max_bytes: int) -> None:
        self._max_letters = max_letters
        self._max_bytes = max_bytes
        self._waiting: OrderedDict[Envelope, None] = OrderedDict()
        self._under_way: dict[Envelope, None] = {}
        self._envelopes: WeakKeyDictionary[Letter, Envelope] = WeakKeyDictionary()  # an envelope may keep its letter
        self._bytes = 0
        self._bytes_under_way = 0
        self._woken = False
        self._changed = Condition()

    def __len__(self) -> int:
        """How many letters Kafka has not acknowledged; forgotten ones count until their turn comes."""
        return len(self._waiting) + len(self._under_way)

    @property
    def stuck(self) -> bool:
        """Whether Kafka owes an acknowledgement for suspiciously long."""
        with self._changed:
            return self._is_stuck()

    def put(self, topic: str, *letters: Letter, keep: bool = False) -> None:
        """Have letters sent: for as long as somebody holds each, or in any case if they are to ``keep``.

        Raises:
            OverloadedError: there is no room for them all; none is sent.
        """
        size = sum(len(letter.value) for letter in letters)
        with self._changed:
            if not self._has_room(len(letters), size):
                self._drop_forgotten()
            if not self._has_room(len(letters), size):
                raise OverloadedError("Too many drawings are waiting for Kafka; try again in a few seconds.")
            for letter in letters:
                self._accept(Envelope(topic, _held(letter, keep), len(letter.value)), letter)
            self._changed.notify_all()

    def take(self, timeout_seconds: float) -> Departure | None:
        """The next letter, from here on under way; None if none may leave in time, or after `wake`."""
        with self._changed:
            self._changed.wait_for(lambda: self._woken or self._may_leave(), timeout_seconds)
            self._woken = False
            while self._may_leave():
                envelope, _ = self._waiting.popitem(last=False)
                if letter := envelope.letter():
                    self._leave(envelope)
                    return Departure(envelope, letter)
                self._bytes -= envelope.size
        return None

    def wake(self) -> None:
        """End a `take` that waits."""
        with self._changed:
            self._woken = True
            self._changed.notify_all()

    def acknowledge(self, envelope: Envelope) -> None:
        """Kafka has it."""
        with self._changed:
            if self._return(envelope) or self._waiting.pop(envelope, envelope) is None:
                self._bytes -= envelope.size
                self._changed.notify_all()
            if letter := envelope.letter():
                self._envelopes.pop(letter, None)
        if letter:
            letter.mark_sent()

    def give_back(self, envelope: Envelope) -> None:
        """Kafka has not taken it, or not said so: it is the next to leave."""
        with self._changed:
            if self._return(envelope):
                self._waiting[envelope] = None
                self._waiting.move_to_end(envelope, last=False)
                self._changed.notify_all()

    def give_all_back(self) -> None:
        """The same for everything under way: the connection that it left through is gone."""
        for envelope in reversed(list(self._under_way)):
            self.give_back(envelope)

    def withdraw(self, letter: Letter) -> bool:
        """Do not send it; False if it has left already, and may or may not arrive."""
        with self._changed:
            envelope = self._envelopes.get(letter)
            if envelope is None or envelope not in self._waiting or envelope.left_at:
                return False
            del self._waiting[envelope], self._envelopes[letter]
            self._bytes -= envelope.size
            return True

    def _accept(self, envelope: Envelope, letter: Letter) -> None:
        self._waiting[envelope] = None
        self._envelopes[letter] = envelope
        self._bytes += envelope.size

    def _leave(self, envelope: Envelope) -> None:
        envelope.left_at = time.monotonic()
        self._under_way[envelope] = None
        self._bytes_under_way += envelope.size

    def _return(self, envelope: Envelope) -> bool:
        """It is under way no more; False if it was not."""
        if envelope not in self._under_way:
            return False
        del self._under_way[envelope]
        self._bytes_under_way -= envelope.size
        return True

    def _has_room(self, letters: int, size: int) -> bool:
        return len(self) + letters <= self._max_letters and self._bytes + size <= self._max_bytes

    def _may_leave(self) -> bool:
        return bool(self._waiting) and not self._is_full() and not self._is_stuck()

    def _is_full(self) -> bool:
        return len(self._under_way) >= MOST_UNDER_WAY or self._bytes_under_way >= MOST_BYTES_UNDER_WAY

    def _is_stuck(self) -> bool:
        oldest = next(iter(self._under_way), None)
        return oldest is not None and time.monotonic() - oldest.left_at > STUCK_SECONDS

    def _drop_forgotten(self) -> None:
        for envelope in [envelope for envelope in self._waiting if envelope.letter() is None]:
            del self._waiting[envelope]
            self._bytes -= envelope.size


def _held(letter: Letter, keep: bool) -> Callable[[], Letter | None]:
    return (lambda: letter) if keep else weakref.ref(letter)
