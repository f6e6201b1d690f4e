"""The thread that reads everybody's answers from Kafka."""

import time
from collections.abc import Callable

from dashboard.connection.reconnecting import Reconnecting
from pipeline.settings import Settings
from producers.answers import AnswerReader, Unread
from producers.broker import Start, require_listener

POLL_SECONDS = 1.0
"""What comes is read at once; this is how often nothing is, and a look taken whether Kafka is still there."""
OVERLAP_MS = 2_000


class Listening(Reconnecting):
    """Calls ``deliver`` with each batch of answers; some come twice, after the connection was lost.

    It begins with those of the last ``history`` (see `Start`).
    """

    def __init__(
        self, settings: Settings, history_seconds: int, records: int, deliver: Callable[[list[Unread]], None]
    ) -> None:
        super().__init__(settings, "listening", "gives no answers")
        self._since_ms = time.time_ns() // 1_000_000 - history_seconds * 1_000
        self._records = records
        self._deliver = deliver
        self.start()

    def _work(self) -> None:
        with AnswerReader(self._settings, Start(self._since_ms, self._records)) as reader:
            self.trouble = ""
            while not self._closing.is_set():
                if arrived := reader.poll_unread(POLL_SECONDS):
                    self._since_ms = max(unread.timestamp_ms for unread in arrived) - OVERLAP_MS
                    self._deliver(arrived)
                else:
                    require_listener(self._settings)
