"""What the stream says about drawings: new predictions and rejections, as they arrive."""

import logging
from collections.abc import Callable
from types import TracebackType
from typing import NamedTuple, TypeAlias

from kafka.consumer.fetcher import ConsumerRecord

from pipeline.messages import Prediction, Rejection
from pipeline.settings import Settings
from producers.broker import connect_consumer

log = logging.getLogger(__name__)

Message: TypeAlias = Prediction | Rejection


class Answer(NamedTuple):
    """A message and when it came onto its topic: epoch milliseconds, the broker's where it stamps the topic."""

    message: Message
    timestamp_ms: int


class AnswerReader:
    """Reads the answers that come after it was made, to drawings of any sender; not to be shared between threads.

    Records that are neither predictions nor rejections are passed over.

    Raises:
        KafkaUnavailableError: no broker answers, or a topic is missing.
    """

    def __init__(self, settings: Settings) -> None:
        self._parsers: dict[str, Callable[[bytes], Message]] = {
            settings.predictions_topic: Prediction.from_json,
            settings.rejected_topic: Rejection.from_json,
        }
        self._consumer = connect_consumer(settings, list(self._parsers))

    def poll(self, timeout_seconds: float) -> list[Message]:
        """What has arrived since the last poll, in no order between topics; waits only while there is nothing."""
        return [answer.message for answer in self.poll_timed(timeout_seconds)]

    def poll_timed(self, timeout_seconds: float) -> list[Answer]:
        """The same, each with the time when it came onto its topic."""
        fetched = self._consumer.poll(timeout_ms=round(timeout_seconds * 1_000))
        answers = (self._answer(record) for records in fetched.values() for record in records)
        return [answer for answer in answers if answer is not None]

    def close(self) -> None:
        """Let go of the connection."""
        self._consumer.close()

    def __enter__(self) -> "AnswerReader":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def _answer(self, record: ConsumerRecord) -> Answer | None:
        try:
            message = self._parsers[record.topic](record.value)
        except ValueError as error:
            log.debug("passing over %s-%d-%d: %s", record.topic, record.partition, record.offset, error)
            return None
        return Answer(message, record.timestamp)
