"""Drawings and corrections from Kafka, in batches, by a splittable DoFn: the worker that reads Kafka is the one that
runs the CNN and produces the answers, so that no drawing takes the detour by the JVM.

The runner gives each share of the partitions one turn after the other. A turn lasts twenty seconds or so and reads
batch after batch. With its end its offsets go to Flink, which puts them into its checkpoints. Whoever begins anew asks
the lakehouse how far it has come: that is where what has been done ends.
"""

import random
import time
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.pvalue import TaggedOutput
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.timestamp import Timestamp
from apache_beam.utils.windowed_value import WindowedValue

from pipeline.forms import Arrival
from pipeline.lakehouse.landed import Landed
from pipeline.source.consumer import ShareConsumer, positions_after
from pipeline.source.positions import Positions, PositionsProvider
from pipeline.source.shares import Share, shares
from pipeline.stages.gather import Limits, batches

DRAWINGS, CORRECTIONS = "drawings", "corrections"
TURN_SECONDS = 20.0
"""The mean: each turn is a fifth longer or shorter at most, so that the workers do not pause together."""
QUIET_SECONDS, PAUSE_SECONDS = 4.0, 1.0
"""A turn is over, too, when nothing comes for so long, or nothing more: the last batch waits for that to land."""
TURN_BYTES = 64 << 20
"""Or when it has read that much: its last rejections wait in memory for its end."""


class TopicsRead(NamedTuple):
    """What is read; their timestamps must be ``LogAppendTime``, since they are the event time."""

    drawings: str
    corrections: str


class ReadBatches(beam.PTransform):
    """Every record of the topics from some positions on, as lists of arrivals: ``DRAWINGS`` and ``CORRECTIONS``.

    A batch holds what Kafka has, but never more than its limits, and each partition's records in their order.
    """

    def __init__(
        self,
        bootstrap_servers: str,
        topics: TopicsRead,
        limits: Limits,
        parallelism: int,
        start: Positions,
        landed: Landed,
    ) -> None:
        super().__init__()
        self.read_share = ReadShare(bootstrap_servers, topics, limits, start, landed)
        self.keys = [share.to_key() for share in shares(parallelism)]

    def expand(self, pipeline: beam.pvalue.PBegin) -> Any:
        """Deal the partitions out, and read them for ever."""
        read = beam.ParDo(self.read_share).with_output_types(list[Arrival]).with_outputs(CORRECTIONS, main=DRAWINGS)
        return pipeline | "Shares" >> beam.Create(self.keys, reshuffle=False) | "ReadShare" >> read


TRACKER = beam.DoFn.RestrictionParam()


class ReadShare(beam.DoFn, PositionsProvider):
    """Reads one share of the partitions for one turn."""

    def __init__(
        self, bootstrap_servers: str, topics: TopicsRead, limits: Limits, start: Positions, landed: Landed
    ) -> None:
        PositionsProvider.__init__(self, start)
        self.bootstrap_servers = bootstrap_servers
        self.topics = topics
        self.limits = limits
        self.landed = landed

    def setup(self) -> None:
        """Connect."""
        self.consumer = ShareConsumer(self.bootstrap_servers, self.topics, self.landed.next_offsets)

    def teardown(self) -> None:
        """Disconnect."""
        self.consumer.close()

    @beam.DoFn.unbounded_per_element()  # type: ignore[untyped-decorator]
    def process(self, key: bytes, tracker: Any = TRACKER) -> Iterator[Any]:
        """Emit what comes until the turn is over."""
        tracker.try_claim(self.consumer.go_to(Share.from_key(key), tracker.current_restriction()).next)
        ends_at = time.monotonic() + TURN_SECONDS * random.uniform(0.8, 1.2)
        pause, room = QUIET_SECONDS, TURN_BYTES
        while room > 0 and (left := ends_at - time.monotonic()) > 0:
            arrivals = self.consumer.poll(self.limits.arrivals, min(left, pause))
            if not arrivals:
                break
            pause = PAUSE_SECONDS
            if not tracker.try_claim(positions_after(arrivals)):
                self.consumer.forget()  # somebody else has ended the turn: these are read again in the next one
                return
            room -= sum(len(one.value or b"") for one in arrivals)
            yield from self._elements(arrivals)
        tracker.defer_remainder()

    def _elements(self, arrivals: Sequence[Arrival]) -> Iterator[Any]:
        """Batches on their way to their output; the time of each is that of its last arrival."""
        for topic, output in ((self.topics.drawings, DRAWINGS), (self.topics.corrections, CORRECTIONS)):
            for batch in batches((one for one in arrivals if one.origin.topic == topic), self.limits):
                at = Timestamp(micros=batch[-1].timestamp * 1000)
                element = WindowedValue(batch, at, [GlobalWindow()])
                yield element if output == DRAWINGS else TaggedOutput(output, element)
