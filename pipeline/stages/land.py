"""Outcomes and corrections to the lakehouse, exactly once: one commit for each Kafka partition every few seconds.

A bundle's outcomes become a few spans of offsets a partition, their rows in Arrow, so that grouping them costs next to
nothing. The groups are cut by processing time in the global window, not by event time: a broker's clock
may step back, offsets do not, and the commits' guard against replays relies on their order.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import Any, NamedTuple, TypeAlias

import apache_beam as beam
import numpy as np
import pyarrow as pa
from apache_beam.metrics import Metrics
from apache_beam.transforms.trigger import AccumulationMode, AfterProcessingTime, Repeatedly
from apache_beam.transforms.window import GlobalWindow, GlobalWindows
from apache_beam.utils.timestamp import MIN_TIMESTAMP
from apache_beam.utils.windowed_value import WindowedValue

from pipeline.forms import Corrected, Landing, Reading
from pipeline.lakehouse.schema import SCHEMA, to_arrow
from pipeline.lakehouse.table import app_id
from pipeline.lakehouse.writer import LakehouseWriter
from pipeline.messages import Origin, Prediction, Rejection

COMPRESSED = pa.ipc.IpcWriteOptions(compression="lz4")
"""Ink is mostly paper: a span crosses two sockets, and checkpoints, as a third of its bytes."""
ENOUGH = 256
"""Outcomes of a partition that make a span worth its few kilobytes besides the rows."""
ToRows: TypeAlias = Callable[[Sequence[Any]], pa.RecordBatch]
"""Makes rows of a table of what is not rejected."""


class Span(NamedTuple):
    """What a bundle held of one partition: its first and last offset, and the rows as an Arrow IPC stream."""

    first: int
    last: int
    rows: bytes


class WriteToLakehouse(beam.PTransform):
    """Append readings, or corrections, to a Delta table; rejections count as covered, so that a real gap shows."""

    def __init__(self, uri: str, topic_id: str, commit_seconds: int, to_rows: ToRows = to_arrow) -> None:
        super().__init__()
        self.uri = uri
        self.topic_id = topic_id
        self.commit_seconds = commit_seconds
        self.to_rows = to_rows

    def expand(self, batches: beam.PCollection[list[Landing]]) -> beam.PCollection[None]:
        """Collect spans, group them by partition for a few seconds, commit each group."""
        every_few_seconds = beam.WindowInto(
            GlobalWindows(),
            trigger=Repeatedly(AfterProcessingTime(self.commit_seconds)),
            accumulation_mode=AccumulationMode.DISCARDING,
        )
        return (
            batches
            | "EveryFewSeconds" >> every_few_seconds
            | "CollectSpans"
            >> beam.ParDo(CollectSpans(self.topic_id, self.to_rows)).with_output_types(tuple[str, Span])
            | "ByPartition" >> beam.GroupByKey()
            | "Commit" >> beam.ParDo(CommitSpans(self.uri, self.to_rows([]).schema))
        )


class CollectSpans(beam.DoFn):
    """Make spans of outcomes: as a rule one a partition, at the bundle's end; under load one as soon as it is worth it.

    What was just read is still in the processor's caches, and its memory is then free for the next batch.
    """

    def __init__(self, topic_id: str, to_rows: ToRows = to_arrow) -> None:
        self.topic_id = topic_id
        self.to_rows = to_rows

    def start_bundle(self) -> None:
        """Begin with nothing."""
        self.outcomes: dict[tuple[str, int], list[Landing]] = defaultdict(list)

    def process(self, batch: Sequence[Landing]) -> Iterator[WindowedValue]:
        """Keep a batch's outcomes, or emit a span of those of a partition that has enough of them."""
        for partition, outcomes in groupby(batch, _partition_of):
            self.outcomes[partition] += outcomes
        for partition in [one for one, outcomes in self.outcomes.items() if len(outcomes) >= ENOUGH]:
            yield from self._spans(partition)

    def finish_bundle(self) -> Iterator[WindowedValue]:
        """Emit the spans of what is left; their key is the lakehouse's app id of the partition."""
        for partition in list(self.outcomes):
            yield from self._spans(partition)

    def _spans(self, partition: tuple[str, int]) -> Iterator[WindowedValue]:
        key = app_id(self.topic_id, *partition)
        for span in spans(self.outcomes.pop(partition), self.to_rows):
            yield WindowedValue((key, span), MIN_TIMESTAMP, [GlobalWindow()])


class CommitSpans(beam.DoFn):
    """Commit what came from one partition in a few seconds."""

    def __init__(self, uri: str, schema: pa.Schema = SCHEMA) -> None:
        self.lakehouse = LakehouseWriter(uri, schema)
        self.rows = Metrics.counter("lakehouse", "rows")
        self.replayed = Metrics.counter("lakehouse", "rows_already_there")
        self.missing = Metrics.counter("lakehouse", "offsets_missing")

    def process(self, group: tuple[str, Iterable[Span]]) -> None:
        """Append the group's rows; each row that is there already is left out."""
        partition, spans = group
        for chain in chains(spans):
            batches = [batch for span in chain for batch in pa.ipc.open_stream(span.rows)]
            appended = self.lakehouse.append(partition, chain[0].first, chain[-1].last, batches)
            self.rows.inc(appended.written)
            self.replayed.inc(appended.already_there)
            self.missing.inc(len(appended.missing))


def spans(outcomes: Iterable[Landing], to_rows: ToRows = to_arrow) -> Iterator[Span]:
    """The outcomes of one partition, in the order of their offsets, cut wherever one is missing.

    The guard against replays relies on that order, whatever the order of batches.
    """
    ordered = sorted(outcomes, key=_offset_of)
    offsets = np.array([_offset_of(outcome) for outcome in ordered], np.int64)
    cuts = [0, *(np.flatnonzero(np.diff(offsets) != 1) + 1).tolist(), len(ordered)]
    for first, end in pairwise(cuts):
        yield span(ordered[first:end], to_rows)


def span(outcomes: Sequence[Landing], to_rows: ToRows = to_arrow) -> Span:
    """Outcomes of consecutive offsets as one element."""
    batch = to_rows([outcome for outcome in outcomes if not isinstance(outcome, Rejection)])
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema, options=COMPRESSED) as stream:
        stream.write_batch(batch)
    return Span(_offset_of(outcomes[0]), _offset_of(outcomes[-1]), sink.getvalue().to_pybytes())


def chains(spans: Iterable[Span]) -> Iterator[list[Span]]:
    """The spans in order, cut wherever an offset is missing between two."""
    chain: list[Span] = []
    for span in sorted(spans):
        if chain and span.first != chain[-1].last + 1:
            yield chain
            chain = []
        chain.append(span)
    if chain:
        yield chain


def _partition_of(outcome: Landing) -> tuple[str, int]:
    place = _place_of(outcome)
    return place.topic, place.partition


def _offset_of(outcome: Landing) -> int:
    return _place_of(outcome).offset


def _place_of(outcome: Landing) -> Prediction | Rejection | Origin:
    """What says where on Kafka the record of an outcome arrived."""
    if isinstance(outcome, Reading):
        return outcome.prediction
    return outcome.origin if isinstance(outcome, Corrected) else outcome
