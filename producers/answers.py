"""What the stream says about drawings: new predictions and rejections, as they arrive."""

import logging
from collections.abc import Callable
from types import TracebackType
from typing import NamedTuple, TypeAlias

from kafka.consumer.fetcher import ConsumerRecord

from pipeline.messages import Prediction, Rejection
from pipeline.settings import Settings
from producers.broker import Start, connect_consumer

log = logging.getLogger(__name__)

Message: TypeAlias = Prediction | Rejection
Parser: TypeAlias = Callable[[bytes], Message]


class Answer(NamedTuple):
    """A message and when it came onto its topic: epoch milliseconds, the broker's where it stamps the topic."""

    message: Message
    timestamp_ms: int


class Unread(NamedTuple):
    """An answer still as bytes: to read all of a busy stream's is dear, and most are for somebody else."""

    drawing_id: str
    timestamp_ms: int
    value: bytes
    parse: Parser

    def read(self) -> Answer | None:
        """The answer; None if the record is neither a prediction nor the rejection of a drawing."""
        try:
            return Answer(self.parse(self.value), self.timestamp_ms)
        except ValueError as error:
            log.debug("passing over the answer to %s: %s", self.drawing_id, error)
            return None


class AnswerReader:
    """Reads answers to drawings of any sender as they come; not to be shared between threads.

    It begins at the end of the topics, or where ``start`` says. Records that are neither predictions nor rejections
    of drawings are passed over.

    Raises:
        KafkaUnavailableError: no broker answers, or a topic is missing.
    """

    def __init__(self, settings: Settings, start: Start | None = None) -> None:
        self._parsers = parsers(settings)
        self._predictions = settings.predictions_topic
        self._consumer = connect_consumer(settings, list(self._parsers), start)

    def poll(self, timeout_seconds: float) -> list[Message]:
        """What has arrived since the last poll, in no order between topics; waits only while there is nothing."""
        return [answer.message for answer in self.poll_timed(timeout_seconds)]

    def poll_timed(self, timeout_seconds: float) -> list[Answer]:
        """The same, each with the time when it came onto its topic."""
        return [answer for unread in self.poll_unread(timeout_seconds) if (answer := unread.read())]

    def poll_unread(self, timeout_seconds: float) -> list[Unread]:
        """The same, predictions not read yet.

        Rejections are, since those of corrections bear the ids of drawings which have answers of their own.
        """
        fetched = self._consumer.poll(timeout_ms=round(timeout_seconds * 1_000))
        arrived = [(record.topic, self._unread(record)) for records in fetched.values() for record in records]
        return [unread for topic, unread in arrived if topic == self._predictions or unread.read()]

    def close(self) -> None:
        """Let go of the connection."""
        self._consumer.close()

    def __enter__(self) -> "AnswerReader":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def _unread(self, record: ConsumerRecord) -> Unread:
        drawing_id = (record.key or b"").decode(errors="replace")
        return Unread(drawing_id, record.timestamp, record.value or b"", self._parsers[record.topic])


def parsers(settings: Settings) -> dict[str, Parser]:
    """For each topic of answers what reads a record's value; it raises ValueError for what is no answer."""

    def rejection_of_a_drawing(value: bytes) -> Rejection:
        """Corrections are rejected, too, under the drawing's id: that is no answer to the drawing."""
        rejection = Rejection.from_json(value)
        if rejection.topic != settings.drawings_topic:
            raise ValueError(f"it rejects a record of {rejection.topic}")
        return rejection

    return {settings.predictions_topic: Prediction.from_json, settings.rejected_topic: rejection_of_a_drawing}
