"""What came back: read from the topic after the run, so that no reader takes processor time from what is measured."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import orjson
from confluent_kafka import Consumer, TopicPartition
from numpy.typing import NDArray

from bench.broker import client
from bench.load import Times
from pipeline.settings import Settings

AT_ONCE = 10_000


@dataclass(frozen=True)
class Answers:
    """For each row the broker's time of its first answer, infinite without one, whether that was right, and with how
    many others it was read.

    ``repeats`` counts answers beyond the first.
    """

    answered_at: Times
    right: NDArray[np.bool_]
    batch_sizes: NDArray[np.int64]
    repeats: int

    @property
    def unanswered(self) -> int:
        """Rows without an answer."""
        return int(np.isinf(self.answered_at).sum())


def read_answers(here: Settings, count: int, label: Callable[[int], str]) -> Answers:
    """All answers of a run of ``count`` drawings; ``label`` says what each row really shows.

    Raises:
        KafkaException: the broker does not answer.
    """
    answered_at, right, sizes, repeats = np.full(count, np.inf), np.zeros(count, bool), np.zeros(count, np.int64), 0
    consumer = Consumer(client(here, group_id="bench-answers", enable_auto_commit="false"))
    places = [TopicPartition(here.predictions_topic, partition, 0) for partition in range(here.partitions)]
    left = sum(consumer.get_watermark_offsets(place, timeout=10)[1] for place in places)
    consumer.assign(places)
    while left > 0 and (messages := consumer.consume(AT_ONCE, timeout=10)):
        left -= len(messages)
        for message in messages:
            row, arrived = int(message.key() or b""), message.timestamp()[1]
            repeats += bool(np.isfinite(answered_at[row]))
            if arrived < answered_at[row]:
                answered_at[row] = arrived
                answer = orjson.loads(message.value() or b"")
                right[row], sizes[row] = answer["number"] == label(row), answer["batch_size"]
    consumer.close()
    return Answers(answered_at, right, sizes, repeats)
