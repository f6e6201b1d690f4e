"""A thread with a connection to Kafka, which is made anew whenever it is lost."""

import logging
from abc import ABC, abstractmethod
from threading import Event, Thread

from kafka.errors import KafkaError

from pipeline.settings import Settings
from producers.broker import KafkaUnavailableError

RETRY_SECONDS = 0.5

log = logging.getLogger(__name__)


class Reconnecting(ABC):
    """Works until it is closed, over one connection after another; begins with `start`.

    ``trouble`` says in a sentence why it cannot, "" while it can.
    """

    def __init__(self, settings: Settings, name: str, symptom: str) -> None:
        """``symptom`` is what Kafka fails to do when a connection breaks, in words that follow its address."""
        self.trouble = f"Kafka at {settings.kafka} is not connected yet"
        self._settings = settings
        self._symptom = symptom
        self._closing = Event()
        self._thread = Thread(target=self._run, name=name, daemon=True)

    @property
    def alive(self) -> bool:
        """Whether it is connected, or trying to be."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin, once everything that `_work` needs is there."""
        self._thread.start()

    def close(self) -> None:
        """Let go of the connection and end the thread."""
        self._closing.set()
        self._wake()
        self._thread.join()

    @abstractmethod
    def _work(self) -> None:
        """Connect, clear ``trouble``, and work until closed.

        Raises:
            KafkaError: the connection is lost, or cannot be made.
        """

    def _wake(self) -> None:  # noqa: B027 (most have nothing to do)
        """End a wait within `_work`, so that it sees that it is closed."""

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                self._work()
            except KafkaUnavailableError as error:
                self.trouble = str(error)
            except KafkaError as error:
                log.warning("connecting to Kafka anew: %s", error)
                self.trouble = f"Kafka at {self._settings.kafka} {self._symptom} at the moment"
            self._closing.wait(RETRY_SECONDS)
