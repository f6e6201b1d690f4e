"""The thread that reads everybody's answers from Kafka, over one connection after another."""

import logging
import time
from collections.abc import Callable
from threading import Event, Thread

from kafka.errors import KafkaError

from pipeline.settings import Settings
from producers.answers import AnswerReader, Unread
from producers.broker import KafkaUnavailableError, Start, require_listener

RETRY_SECONDS = 0.5
POLL_SECONDS = 1.0
"""What comes is read at once; this is how often nothing is, and a look taken whether Kafka is still there."""
OVERLAP_MS = 2_000

log = logging.getLogger(__name__)


class Listening:
    """Calls ``deliver`` with each batch of answers; some come twice, after the connection was lost.

    It begins with those of the last ``history`` (see `Start`). ``trouble`` says in a sentence why nothing can be
    read, "" while it can.
    """

    def __init__(
        self, settings: Settings, history_seconds: int, records: int, deliver: Callable[[list[Unread]], None]
    ) -> None:
        self.trouble = f"Kafka at {settings.kafka} is not connected yet"
        self._settings = settings
        self._since_ms = time.time_ns() // 1_000_000 - history_seconds * 1_000
        self._records = records
        self._deliver = deliver
        self._closing = Event()
        self._thread = Thread(target=self._run, name="listening", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether it is connected, or trying to be."""
        return self._thread.is_alive()

    def close(self) -> None:
        """Let go of the connection and end the thread."""
        self._closing.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                with AnswerReader(self._settings, Start(self._since_ms, self._records)) as reader:
                    self._listen(reader)
            except KafkaUnavailableError as error:
                self.trouble = str(error)
            except KafkaError as error:
                log.warning("connecting to Kafka anew: %s", error)
                self.trouble = f"Kafka at {self._settings.kafka} gives no answers at the moment"
            self._closing.wait(RETRY_SECONDS)

    def _listen(self, reader: AnswerReader) -> None:
        self.trouble = ""
        while not self._closing.is_set():
            if arrived := reader.poll_unread(POLL_SECONDS):
                self._since_ms = max(unread.timestamp_ms for unread in arrived) - OVERLAP_MS
                self._deliver(arrived)
            else:
                require_listener(self._settings)
