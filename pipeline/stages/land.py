"""Outcomes and corrections to the lakehouse, exactly once: one commit for each Kafka partition every few seconds.

Rows stay in the worker that made them, and it commits them while it reads on. What dies with it uncommitted is read
again, since a reader that remembers nothing goes on where the lakehouse ends. The guard against replays, and the proof
that nothing is missing, rely on the order of offsets within a partition.
"""

import logging
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from itertools import groupby, pairwise
from typing import Any, NamedTuple, TypeAlias

import apache_beam as beam
import numpy as np
import pyarrow as pa
from apache_beam.metrics import Metrics
from apache_beam.utils.thread_pool_executor import shared_unbounded_instance
from deltalake.exceptions import DeltaError

from pipeline.forms import Corrected, Landing, Reading
from pipeline.lakehouse.schema import to_arrow
from pipeline.lakehouse.table import app_id
from pipeline.lakehouse.writer import Appended, LakehouseWriter
from pipeline.messages import Origin, Prediction, Rejection

ENOUGH = 256
"""Outcomes of a partition that are worth a record batch."""
TRIES = 6
"""Commits in a row that may fail before the job does; what they held is in the next."""
ToRows: TypeAlias = Callable[[Sequence[Any]], pa.RecordBatch]
"""Makes rows of a table of what is not rejected."""

log = logging.getLogger(__name__)


class Span(NamedTuple):
    """Consecutive offsets of one partition: the first, the last, and the rows."""

    first: int
    last: int
    rows: pa.RecordBatch


Spans: TypeAlias = dict[str, list[Span]]
"""By the lakehouse's app id of their partition."""


class WriteToLakehouse(beam.PTransform):
    """Append readings, or corrections, to a Delta table; rejections count as covered, so that a real gap shows.

    What it is given must have been published: what has landed may never be read again.
    """

    def __init__(self, uri: str, topic_id: str, commit_seconds: float, to_rows: ToRows = to_arrow) -> None:
        super().__init__()
        self.land = Land(uri, topic_id, commit_seconds, to_rows)

    def expand(self, batches: beam.PCollection[list[Landing]]) -> beam.PCollection[None]:
        """Keep and commit, in the worker that has read."""
        return batches | "Land" >> beam.ParDo(self.land)


class Land(beam.DoFn):
    """Keeps rows, and commits them every few seconds beside the reading."""

    def __init__(self, uri: str, topic_id: str, commit_seconds: float, to_rows: ToRows = to_arrow) -> None:
        self.topic_id = topic_id
        self.commit_seconds = commit_seconds
        self.to_rows = to_rows
        self.lakehouse = LakehouseWriter(uri, to_rows([]).schema)
        self.rows = Metrics.counter("lakehouse", "rows")
        self.replayed = Metrics.counter("lakehouse", "rows_already_there")
        self.missing = Metrics.counter("lakehouse", "offsets_missing")

    def setup(self) -> None:
        """Begin with nothing."""
        self.outcomes: dict[tuple[str, int], list[Landing]] = defaultdict(list)
        self.spans: Spans = defaultdict(list)
        self.in_commit: Spans = {}
        self.commit: Future[list[Appended]] | None = None
        self.due = 0.0
        self.failures = 0

    def start_bundle(self) -> None:
        """Commit what the bundles before have left, if it is time.

        Raises:
            DeltaError, OSError: the lakehouse takes nothing; the runner starts the job again.
            LostLakehouseError: it has less than it had; so does it then, and reads again what is missing.
        """
        self._commit()

    def process(self, batch: Sequence[Landing]) -> None:
        """Keep a batch's outcomes; what was just read is still in the processor's caches, so make rows of it now.

        Raises:
            DeltaError, OSError: as when a bundle begins.
        """
        for partition, outcomes in groupby(batch, _partition_of):
            self.outcomes[partition] += outcomes
        for partition in [one for one, outcomes in self.outcomes.items() if len(outcomes) >= ENOUGH]:
            self._keep(partition)
        self._commit()

    def finish_bundle(self) -> None:
        """Make rows of what is left."""
        self._keep_all()

    def _keep_all(self) -> None:
        for partition in list(self.outcomes):
            self._keep(partition)

    def _keep(self, partition: tuple[str, int]) -> None:
        self.spans[app_id(self.topic_id, *partition)] += spans(self.outcomes.pop(partition), self.to_rows)

    def _commit(self) -> None:
        """Begin a commit of what there is, if it is time."""
        due = time.monotonic() >= self.due
        if self.commit and (due or self.commit.done()):
            self._settle(self.commit)
        if not due:
            return
        self._keep_all()
        if self.spans:
            # No two workers keep step: one of two commits at once is done twice.
            self.due = time.monotonic() + self.commit_seconds * random.uniform(0.8, 1.2)
            self.in_commit, self.spans = self.spans, defaultdict(list)
            self.commit = shared_unbounded_instance().submit(append, self.lakehouse, self.in_commit)

    def _settle(self, commit: Future[list[Appended]]) -> None:
        """Wait for a commit and count what it did; what one held that failed waits for the next."""
        self.commit = None
        try:
            done = commit.result()
        except (DeltaError, OSError) as error:
            self.failures += 1
            if self.failures == TRIES:
                raise
            log.warning("The lakehouse did not take a commit, which is tried again: %s", error)
            for partition, own in self.in_commit.items():
                self.spans[partition][:0] = own
            return
        self.failures, self.in_commit = 0, {}
        self.rows.inc(sum(one.written for one in done))
        self.replayed.inc(sum(one.already_there for one in done))
        self.missing.inc(sum(len(one.missing) for one in done))


def append(lakehouse: LakehouseWriter, spans: Mapping[str, Iterable[Span]]) -> list[Appended]:
    """Append the rows of each partition; a row that is there already is left out."""
    return [
        lakehouse.append(partition, chain[0].first, chain[-1].last, [span.rows for span in chain])
        for partition, own in spans.items()
        for chain in chains(own)
    ]


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
    """Outcomes of consecutive offsets as one."""
    rows = to_rows([outcome for outcome in outcomes if not isinstance(outcome, Rejection)])
    return Span(_offset_of(outcomes[0]), _offset_of(outcomes[-1]), rows)


def chains(spans: Iterable[Span]) -> Iterator[list[Span]]:
    """The spans in order, cut wherever an offset is missing between two."""
    chain: list[Span] = []
    for span in sorted(spans, key=lambda span: span[:2]):
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
