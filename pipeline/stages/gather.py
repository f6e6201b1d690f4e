"""Records to batches of arrivals: what travels from here on is a batch, not a drawing.

Beam takes some ten microseconds to hand an element from one step to the next; with a thousand drawings to an element
that is nothing. A batch is what one bundle holds, up to some size: full batches under load, and no waiting for a
drawing that comes alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import apache_beam as beam
from apache_beam.pvalue import TaggedOutput
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.timestamp import Timestamp
from apache_beam.utils.windowed_value import WindowedValue

from pipeline.forms import Arrival
from pipeline.stages.read import arrival

DRAWINGS, CORRECTIONS = "drawings", "corrections"
LARGEST_BATCH = 16 << 20
"""Bytes of records that a batch has at most, unless a single one has more."""


class GatherBatches(beam.PTransform):
    """Rows of KafkaIO's schema as batches of arrivals, by topic: ``DRAWINGS`` and ``CORRECTIONS``, each in its order.

    A batch holds at most ``max_batch_size`` arrivals, all of one window of ``window_seconds``.
    """

    def __init__(self, corrections_topic: str, window_seconds: float, max_batch_size: int) -> None:
        super().__init__()
        self.corrections_topic = corrections_topic
        self.limits = Limits(max_batch_size, window_seconds * 1000)

    def expand(self, records: beam.PCollection[Any]) -> Any:
        """Gather while a bundle lasts."""
        gather = beam.ParDo(CollectBatches(self.corrections_topic, self.limits))
        return records | gather.with_output_types(list[Arrival]).with_outputs(CORRECTIONS, main=DRAWINGS)


@dataclass(frozen=True)
class Limits:
    """What bounds a batch: how many arrivals, of which milliseconds, of how many bytes."""

    arrivals: int
    window_ms: float
    bytes: int = LARGEST_BATCH


@dataclass
class Batch:
    """Arrivals of one window, and how many bytes they have."""

    arrivals: list[Arrival] = field(default_factory=list)
    window: float = 0
    bytes: int = 0

    def takes(self, window: float, size: int, limits: Limits) -> bool:
        """Whether one more of this size may come in."""
        fits = len(self.arrivals) < limits.arrivals and self.bytes + size <= limits.bytes
        return not self.arrivals or (fits and window == self.window)


class CollectBatches(beam.DoFn):
    """Keeps the arrivals of a bundle until a batch is full or the bundle ends."""

    def __init__(self, corrections_topic: str, limits: Limits) -> None:
        self.corrections_topic = corrections_topic
        self.limits = limits

    def start_bundle(self) -> None:
        """Begin with nothing."""
        self.batches = {DRAWINGS: Batch(), CORRECTIONS: Batch()}

    def process(self, record: Any) -> list[Any] | None:
        """Keep one arrival; what it does not fit in is complete."""
        one = arrival(record)
        topic = CORRECTIONS if one.origin.topic == self.corrections_topic else DRAWINGS
        window = one.timestamp // self.limits.window_ms
        size = len(one.value or b"")
        complete = None
        if not self.batches[topic].takes(window, size, self.limits):
            complete = [_element(topic, self.batches[topic])]
            self.batches[topic] = Batch()
        batch = self.batches[topic]
        batch.arrivals.append(one)
        batch.window = window
        batch.bytes += size
        return complete

    def finish_bundle(self) -> Iterator[Any]:
        """Emit what there is."""
        for topic, batch in self.batches.items():
            if batch.arrivals:
                yield _element(topic, batch)


def _element(topic: str, batch: Batch) -> Any:
    """A batch on its way to its output; its time is that of its last arrival."""
    at = Timestamp(micros=batch.arrivals[-1].timestamp * 1000)
    element = WindowedValue(batch.arrivals, at, [GlobalWindow()])
    return element if topic == DRAWINGS else TaggedOutput(topic, element)
