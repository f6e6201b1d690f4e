"""The thread that takes letters from the outbox to Kafka."""

import logging
from threading import Event

from kafka import KafkaProducer

from dashboard.connection.letter import Letter
from dashboard.connection.outbox import Envelope, Outbox
from dashboard.connection.reconnecting import Reconnecting
from pipeline.settings import Settings
from producers.broker import abandon, connect_producer

LOOK_SECONDS = 1.0

log = logging.getLogger(__name__)


class Posting(Reconnecting):
    """Sends what is in the outbox as soon as it is there; what Kafka did not acknowledge goes back into the outbox.

    What Kafka has not acknowledged when it is closed is not sent.
    """

    def __init__(self, settings: Settings, outbox: Outbox) -> None:
        super().__init__(settings, "posting", "takes no drawings")
        self._outbox = outbox
        self._broken = Event()
        self.start()

    def _work(self) -> None:
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

    def _wake(self) -> None:
        self._outbox.wake()

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
