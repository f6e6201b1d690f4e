"""Reads something regularly in the background, for as long as somebody looks at it."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from threading import Lock, Thread, current_thread
from typing import Generic, TypeAlias, TypeVar

Seen = TypeVar("Seen")
Opening: TypeAlias = Callable[[], AbstractContextManager[Callable[[], Seen]]]
"""Connects to what is watched; gives what reads it once. Either raises `AwayError` when it is not there."""

INTEREST_SECONDS = 10.0


class AwayError(Exception):
    """What is watched is not there; the message says so in a sentence."""


@dataclass(frozen=True)
class Sight(Generic[Seen]):
    """The last that was seen, None if nothing was; and why nothing newer can be, "" if it can."""

    seen: Seen | None
    trouble: str


class Watch(Generic[Seen]):
    """One thread for all who look, connected only while somebody has looked within the last `INTEREST_SECONDS`."""

    def __init__(self, name: str, opening: Opening[Seen], every_seconds: float) -> None:
        self._name = name
        self._opening = opening
        self._every_seconds = every_seconds
        self._sight: Sight[Seen] = Sight(None, "")
        self._looked_at = 0.0
        self._thread: Thread | None = None
        self._lock = Lock()

    @property
    def watching(self) -> bool:
        """Whether its thread runs."""
        return self._thread is not None

    def look(self) -> Sight[Seen]:
        """What was seen last; from here on it is kept up to date for a while."""
        with self._lock:
            self._looked_at = time.monotonic()
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()
            return self._sight

    def _run(self) -> None:
        while self._wanted():
            try:
                with self._opening() as read:
                    while self._wanted():
                        self._show(Sight(read(), ""))
                        time.sleep(self._every_seconds)
            except AwayError as away:
                self._show(Sight(self._sight.seen, str(away)))
                time.sleep(self._every_seconds)

    def _show(self, sight: Sight[Seen]) -> None:
        with self._lock:
            self._sight = sight

    def _wanted(self) -> bool:
        """False ends the thread: nobody looks any more, and whoever looks after that starts another one."""
        with self._lock:
            if self._thread is current_thread() and time.monotonic() - self._looked_at >= INTEREST_SECONDS:
                self._thread = None
            return self._thread is current_thread()
