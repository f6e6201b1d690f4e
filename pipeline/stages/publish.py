"""Outcomes to Kafka: predictions to one topic, rejections to the other, keyed by drawing."""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.utils.thread_pool_executor import shared_unbounded_instance
from apache_beam.utils.windowed_value import WindowedValue
from confluent_kafka import KafkaError, Producer

from pipeline.forms import Landing, Reading
from pipeline.messages import LONGEST_KEY, Rejection

LARGEST_RECORD = 48 * 1024 * 1024
"""The client refuses a larger one at once; a rejection carries no more of a record than fits, in base64."""
MOST_WAITING_KIB = 256 * 1024
"""Of records that wait for the broker, in each worker."""
ROOM_SECONDS = 0.1


class Topics(NamedTuple):
    """Where outcomes go."""

    predictions: str
    rejected: str


class Record(NamedTuple):
    """What one of the topics is given."""

    topic: str
    key: bytes
    value: bytes


class Publish(beam.PTransform):
    """Write each outcome of a batch to its topic, at least once; batches come out once the broker has them."""

    def __init__(self, bootstrap_servers: str, topics: Topics) -> None:
        super().__init__()
        self.topics = topics
        self.producer_config: dict[str, str | int | bool] = {
            "bootstrap.servers": bootstrap_servers,
            "acks": "all",
            "enable.idempotence": "true",
            "message.max.bytes": LARGEST_RECORD,
            "queue.buffering.max.kbytes": MOST_WAITING_KIB,
            "delivery.report.only.error": True,
            "partitioner": "murmur2_random",  # that of Kafka's own clients
            "reconnect.backoff.max.ms": 1_000,  # a broker that is back is back for us within a second
        }

    def expand(self, batches: beam.PCollection[list[Landing]]) -> beam.PCollection[list[Landing]]:
        """Produce from the worker that has read them: no detour by the JVM."""
        return batches | "Produce" >> beam.ParDo(Produce(self.producer_config, self.topics))


TIME, WINDOW = beam.DoFn.TimestampParam, beam.DoFn.WindowParam


class Sending(NamedTuple):
    """A batch on its way, and when it has arrived."""

    batch: WindowedValue
    arrival: Future[int]


class Produce(beam.DoFn):
    """Hands outcomes to a producer of its own.

    A batch leaves at once and as one, while the next is read: only who is a whole batch ahead of the broker waits for
    it. A bundle ends when the broker has everything.
    """

    def __init__(self, config: dict[str, str | int | bool], topics: Topics) -> None:
        self.config = config
        self.topics = topics

    def setup(self) -> None:
        """Connect."""
        self.producer = Producer(self.config)

    def start_bundle(self) -> None:
        """Begin with nothing on its way."""
        self.failure: KafkaError | None = None
        self.sending: Sending | None = None

    def process(self, batch: Iterable[Landing], time: Any = TIME, window: Any = WINDOW) -> Iterator[Any]:
        """Hand over a batch as soon as the broker has the one before, and emit that.

        Raises:
            RuntimeError: the broker does not take that, after minutes; the job goes on where the lakehouse ends.
        """
        arrived = self._arrived()
        for topic, key, value in records(batch, self.topics):
            self._produce(topic, value, key)
        flushed = shared_unbounded_instance().submit(self.producer.flush)
        self.sending = Sending(WindowedValue(batch, time, [window]), flushed)
        yield from arrived

    def finish_bundle(self) -> Iterator[Any]:
        """Wait until the broker has the last batch, too, and emit it.

        Raises:
            RuntimeError: it does not take it, after minutes.
        """
        yield from self._arrived()

    def _arrived(self) -> list[WindowedValue]:
        """The batch that was on its way, if any, once it has arrived."""
        if not self.sending:
            return []
        sent, self.sending = self.sending, None
        sent.arrival.result()
        if self.failure:
            raise RuntimeError(f"Kafka did not take all outcomes: {self.failure.str()}")
        return [sent.batch]

    def _produce(self, topic: str, value: bytes, key: bytes) -> None:
        while True:
            try:
                return self.producer.produce(topic, value, key, on_delivery=self._delivered)
            except BufferError:  # too much waits for the broker
                self.producer.poll(ROOM_SECONDS)

    def _delivered(self, error: KafkaError | None, _: Any) -> None:
        self.failure = error or self.failure


def records(outcomes: Iterable[Landing], topics: Topics) -> Iterator[Record]:
    """What is published of each outcome; a correction that was taken is published nowhere."""
    for outcome in outcomes:
        if isinstance(outcome, Reading):
            yield Record(topics.predictions, outcome.prediction.drawing_id.encode(), outcome.prediction.to_json())
        elif isinstance(outcome, Rejection):
            yield Record(topics.rejected, _key(outcome), outcome.to_json())


def _key(rejection: Rejection) -> bytes:
    """The key that it came with; the drawing's id where that is missing, or too long to be one."""
    return rejection.key if rejection.key and len(rejection.key) <= LONGEST_KEY else rejection.drawing_id.encode()
