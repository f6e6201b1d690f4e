"""The thread that takes letters from the outbox to Kafka, over one connection after another."""

import logging
from threading import Event, Thread

from kafka import KafkaProducer
from kafka.errors import KafkaError

from dashboard.connection.letter import Letter
from dashboard.connection.outbox import Envelope, Outbox
from pipeline.settings import Settings
from producers.broker import KafkaUnavailableError, abandon, connect_producer

RETRY_SECONDS = 0.5
LOOK_SECONDS = 1.0

log = logging.getLogger(__name__)


class Posting:
    """Sends what is in the outbox as soon as it is there; what Kafka did not acknowledge goes back into the outbox.

    ``trouble`` says in a sentence why nothing can be sent, "" while it can.
    """

    def __init__(self, settings: Settings, outbox: Outbox) -> None:
        self.trouble = f"Kafka at {settings.kafka} is not connected yet"
        self._settings = settings
        self._outbox = outbox
        self._closing = Event()
        self._broken = Event()
        self._thread = Thread(target=self._run, name="posting", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether it is connected, or trying to be."""
        return self._thread.is_alive()

    def close(self) -> None:
        """Let go of the connection and end the thread; what Kafka has not acknowledged by then is not sent."""
        self._closing.set()
        self._outbox.wake()
        self._thread.join()

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                self._post()
            except KafkaUnavailableError as error:
                self.trouble = str(error)
            except KafkaError as error:
                log.warning("connecting to Kafka anew: %s", error)
                self.trouble = f"Kafka at {self._settings.kafka} takes no drawings at the moment"
            self._closing.wait(RETRY_SECONDS)

    def _post(self) -> None:
        producer = connect_producer(self._settings, linger_ms=0)  # a lone drawing waits for no company
        self._broken.clear()
        self.trouble = ""
        try:
            while not self._closing.is_set() and not self._broken.is_set():
                if departure := self._outbox.take(LOOK_SECONDS):
                    self._send(producer, *departure)
        finally:
            abandon(producer)
            self._outbox.give_all_back()

    def _send(self, producer: KafkaProducer, envelope: Envelope, letter: Letter) -> None:
        future = producer.send(envelope.topic, letter.value, letter.key.encode(), letter.headers)
        future.add_callback(lambda _: self._outbox.acknowledge(envelope))
        future.add_errback(lambda error: self._fail(envelope, error))

    def _fail(self, envelope: Envelope, error: BaseException) -> None:
        if not self._broken.is_set():
            log.warning("Kafka did not take a record for %s: %s", envelope.topic, error)
        self._broken.set()
        self._outbox.give_back(envelope)
        self._outbox.wake()
