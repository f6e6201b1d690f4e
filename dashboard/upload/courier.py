"""Sends a batch in the background, so that the page never waits and may be left."""

import time
from threading import Event, Lock, Thread

from dashboard.connection.stream import Stream
from dashboard.upload.batch import Batch

PAUSE_SECONDS = 0.1
UNSEEN_SECONDS = 15 * 60.0
"""For so long a batch goes on though nobody looks: its session may have ended, and then it must not live for ever."""


class Courier:
    """Works for one batch while there is something to do; not for one that nobody looks at any more."""

    def __init__(self, batch: Batch, stream: Stream) -> None:
        self._batch = batch
        self._stream = stream
        self._seen_at = 0.0
        self._thread: Thread | None = None
        self._lock = Lock()
        self._resting = Event()

    def look(self) -> None:
        """Somebody looks at the batch: go on with it, if there is anything to do."""
        self._seen_at = time.monotonic()
        with self._lock:
            if self._batch.pending and not (self._thread and self._thread.is_alive()):
                self._thread = Thread(target=self._work, name="courier", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while self._batch.pending and time.monotonic() - self._seen_at < UNSEEN_SECONDS:
            if not self._batch.advance(self._stream):
                self._resting.wait(PAUSE_SECONDS)
