"""The one connection of this server to Kafka: drawings go out, each answer comes back to whoever asked.

Pure Python, no Streamlit: sessions call `Stream.ask` and wait on the `Question` they get, while a
single thread reads the answers of all of them.
"""

import logging
from collections.abc import Iterable
from threading import Event, Thread
from weakref import WeakValueDictionary

from kafka.errors import KafkaError

from dashboard.question import Question
from pipeline.settings import Settings
from producers.answers import AnswerReader, Message
from producers.broker import KafkaUnavailableError
from producers.in_flight import DeliveryError
from producers.sender import DrawingSender

SOURCE = "dashboard"
TAKEN_WITHIN_SECONDS = 3.0
RETRY_SECONDS = 1.0
POLL_SECONDS = 0.5

log = logging.getLogger(__name__)


class StreamAwayError(Exception):
    """A drawing could not be put on Kafka; the message says why in plain words."""


class Stream:
    """Sends drawings and hands out their answers, for all sessions of this process.

    It connects in the background, and anew whenever the connection breaks, so it can be made while
    Kafka is still away. Only the sessions hold their questions: one that nobody holds any more is
    forgotten by itself.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._waiting: WeakValueDictionary[str, Question] = WeakValueDictionary()
        self._sender: DrawingSender | None = None
        self._connected = Event()
        self._trouble = f"Kafka at {settings.kafka} does not answer"
        self._closing = Event()
        self._thread = Thread(target=self._serve, name="answers", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether it is connected, or still trying to be."""
        return self._thread.is_alive()

    def ask(self, drawing: bytes) -> Question:
        """Put a drawing, an image file, on Kafka.

        Raises:
            StreamAwayError: Kafka did not take it within a few seconds.
        """
        sender = self._sender if self._connected.wait(TAKEN_WITHIN_SECONDS) else None
        if sender is None:
            raise StreamAwayError(self._trouble)
        question = Question(drawing)
        self._waiting[question.id] = question
        try:
            sender.send(drawing, question.id)
            sender.flush(TAKEN_WITHIN_SECONDS)
        except DeliveryError as error:
            self._disconnect(sender)
            raise StreamAwayError(f"Kafka at {self._settings.kafka} takes no drawings at the moment") from error
        return question

    def close(self) -> None:
        """Disconnect and end the thread."""
        self._closing.set()
        self._thread.join()

    def _serve(self) -> None:
        while not self._closing.is_set():
            try:
                self._serve_connected()
            except KafkaUnavailableError as error:
                log.warning("%s", error)
                self._trouble = str(error)
            except (DeliveryError, KafkaError) as error:
                log.warning("connecting to Kafka anew: %s", error)
            self._closing.wait(RETRY_SECONDS)

    def _serve_connected(self) -> None:
        with AnswerReader(self._settings) as reader, DrawingSender(self._settings, SOURCE) as sender:
            self._sender = sender
            self._connected.set()
            try:
                while self._connected.is_set() and not self._closing.is_set():
                    self._deliver(reader.poll(POLL_SECONDS))
            finally:
                self._disconnect(sender)

    def _disconnect(self, sender: DrawingSender) -> None:
        """Send through this sender no more, and have the thread connect anew; nothing if it already has."""
        if self._sender is sender:
            self._sender = None
            self._connected.clear()

    def _deliver(self, answers: Iterable[Message]) -> None:
        for answer in answers:
            if question := self._waiting.pop(answer.drawing_id, None):
                question.settle(answer)
