"""What the answers of the last minutes amount to, second by second; of the answers themselves nothing is kept."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.throughput.latencies import BUCKETS, LONGEST_MS, Floats, bucket_of, percentiles
from dashboard.throughput.repeats import Repeats
from pipeline.messages import Rejection
from producers.answers import Answer

SECONDS = 15 * 60
"""How far back the figures reach."""
MARGIN = 60
"""Seconds that the broker's clock may be ahead of ours."""
LENGTH = SECONDS + MARGIN
MANY = 1_000
"""Answers that are worth to be counted though nobody looks; numpy takes as long for one as for some hundred."""
MOST_REASONS = 20
OTHER_REASONS = "other"

Ints = NDArray[np.int64]
Known = NDArray[np.bool_]

SECOND, LATENCY, OUTCOME, BATCH, PARTITION, OFFSET, MARK = range(7)
"""The columns that an answer becomes; -1 stands for what it does not tell."""
UNLABELLED, RIGHT, WRONG, REJECTED = range(4)
"""Outcomes; from `REJECTED` on there is one for each reason."""


@dataclass(frozen=True, eq=False)
class Past:
    """Figures of consecutive spans of time, one row a span; ``ends`` are epoch seconds, each outside its span.

    ``known`` tells where all answers were seen. ``latencies`` are `PERCENTILES` in milliseconds, one column each, and
    ``overall`` those of the whole time. ``batch`` is the mean of the CNN's batches, ``largest`` the largest of them.
    ``furthest`` is, for each partition, the last drawing answered by then. NaN or -1: nothing tells.
    """

    ends: Ints
    known: Known
    predicted: Ints
    right: Ints
    wrong: Ints
    reasons: dict[str, Ints]
    latencies: Floats
    overall: Floats
    batch: Floats
    largest: Ints
    furthest: dict[int, Ints]


class Figures:
    """Sums of the answers to one topic's drawings, for each of the last seconds of the broker's time; thread-safe.

    It takes for complete what has come since it was made, and since the oldest answer that it was given.
    ``unplaced`` tells that predictions come without the offset of their drawing, so that ``furthest`` says little;
    ``labelled`` counts the answers to labelled load.
    """

    def __init__(self, topic: str, clock: Callable[[], float] = time.time) -> None:
        self.unplaced = False
        self.labelled = 0
        self._topic = topic
        self._clock = clock
        self._since = int(clock()) + 1
        self._repeats = Repeats()
        self._rows: list[tuple[int, ...]] = []
        self._reasons: dict[str, int] = {}
        self._seconds: Ints = np.full(LENGTH, -1, np.int64)
        self._outcomes = np.zeros((LENGTH, REJECTED + MOST_REASONS + 1), np.int32)
        self._latencies = np.zeros((LENGTH, BUCKETS), np.int32)
        self._batches: Floats = np.zeros((LENGTH, 2))  # drawings whose batch is known, and how many batches those were
        self._largest: Ints = np.full(LENGTH, -1, np.int64)
        self._furthest: dict[int, Ints] = {}
        self._lock = Lock()

    def add(self, answers: Iterable[Answer]) -> None:
        """Count answers; a repeated answer to the same drawing, and what is older than the figures, is left out."""
        with self._lock:
            self._rows += [self._row(answer) for answer in answers]
            if len(self._rows) >= MANY:
                self._tally()

    def past(self, until: int, spans: int, step: int) -> Past:
        """The figures of ``spans`` times ``step`` seconds, at most `SECONDS`; ``until`` is the first second after."""
        seconds = np.arange(until - spans * step, until)
        with self._lock:
            self._tally()
            slots = seconds % LENGTH
            kept = self._seconds[slots] == seconds
            outcomes = _summed(self._outcomes[slots] * kept[:, None], spans)
            latencies = _summed(self._latencies[slots] * kept[:, None], spans)
            drawings, batches = _summed(self._batches[slots] * kept[:, None], spans).T
            largest = np.where(kept, self._largest[slots], -1).reshape(spans, step).max(axis=1)
            furthest = {partition: self._reached(ring, seconds, step) for partition, ring in self._furthest.items()}
        reasons = {reason: outcomes[:, REJECTED + number] for reason, number in self._reasons.items()}
        return Past(
            ends=seconds[step - 1 :: step] + 1,
            known=seconds[::step] >= self._since,
            predicted=outcomes[:, :REJECTED].sum(axis=1),
            right=outcomes[:, RIGHT],
            wrong=outcomes[:, WRONG],
            reasons={reason: counts for reason, counts in reasons.items() if counts.any()},
            latencies=percentiles(latencies),
            overall=percentiles(latencies.sum(axis=0)),
            batch=np.divide(drawings, batches, out=np.full(spans, np.nan), where=batches > 0),
            largest=largest,
            furthest=furthest,
        )

    def _row(self, answer: Answer) -> tuple[int, ...]:
        message, milliseconds = answer
        second, mark = milliseconds // 1000, hash(message.drawing_id)
        partition, offset = (message.partition, message.offset) if message.topic == self._topic else (-1, -1)
        if isinstance(message, Rejection):
            return second, -1, REJECTED + self._reason(message.code), -1, partition, offset, mark
        label = message.label
        outcome = UNLABELLED if label is None else RIGHT if label == message.number else WRONG
        latency = milliseconds - message.submitted_at
        return second, latency, outcome, message.batch_size or -1, partition, offset, mark

    def _reason(self, code: str) -> int:
        if code not in self._reasons and len(self._reasons) >= MOST_REASONS:
            code = OTHER_REASONS
        return self._reasons.setdefault(code, len(self._reasons))

    def _tally(self) -> None:
        table: Ints = np.array(self._rows, np.int64).reshape(-1, 7)
        self._rows.clear()
        table = table[self._make_room(table[:, SECOND])]
        table = table[self._repeats.sift(table[:, PARTITION], table[:, OFFSET], table[:, MARK])]
        self._since = min(self._since, int(table[:, SECOND].min(initial=self._since)) + 1)
        self._count(table, table[:, SECOND] % LENGTH)
        self._place(table)

    def _make_room(self, seconds: Ints) -> Known:
        """Take seconds that are new into the rings in place of old ones; which of these are in the rings."""
        sound = seconds <= self._clock() + MARGIN
        for second in np.unique(seconds[sound]):
            slot = second % LENGTH
            if self._seconds[slot] < second:
                self._clear(slot)
                self._seconds[slot] = second
        kept: Known = sound & (self._seconds[seconds % LENGTH] == seconds)
        return kept

    def _clear(self, slot: int) -> None:
        self._outcomes[slot] = self._latencies[slot] = self._batches[slot] = 0
        self._largest[slot] = -1
        for ring in self._furthest.values():
            ring[slot] = -1

    def _count(self, table: Ints, slots: Ints) -> None:
        np.add.at(self._outcomes, (slots, table[:, OUTCOME]), 1)
        self.labelled += int(np.isin(table[:, OUTCOME], (RIGHT, WRONG)).sum())
        timed = (table[:, LATENCY] >= 0) & (table[:, LATENCY] <= LONGEST_MS)
        np.add.at(self._latencies, (slots[timed], bucket_of(table[timed, LATENCY])), 1)
        batched = table[:, BATCH] > 0
        sizes = table[batched, BATCH]
        # Each drawing of a batch tells its size, so that many tell of a large one; each is worth its share of it.
        np.add.at(self._batches, slots[batched], np.column_stack((np.ones(len(sizes)), 1 / sizes)))
        np.maximum.at(self._largest, slots[batched], sizes)

    def _place(self, table: Ints) -> None:
        if (predictions := table[table[:, OUTCOME] < REJECTED]).size:
            self.unplaced = bool((predictions[:, OFFSET] < 0).any())
        for partition in np.unique(table[table[:, OFFSET] >= 0, PARTITION]):
            ring = self._furthest.setdefault(int(partition), np.full(LENGTH, -1, np.int64))
            rows = table[table[:, PARTITION] == partition]
            np.maximum.at(ring, rows[:, SECOND] % LENGTH, rows[:, OFFSET])

    def _reached(self, ring: Ints, seconds: Ints, step: int) -> Ints:
        earlier = ring[(self._seconds >= 0) & (self._seconds < seconds[0])].max(initial=-1)
        here = np.where(self._seconds[seconds % LENGTH] == seconds, ring[seconds % LENGTH], -1)
        return np.maximum.accumulate(np.maximum(here, earlier))[step - 1 :: step]


def _summed(values: NDArray[Any], spans: int) -> NDArray[Any]:
    sums: NDArray[Any] = values.reshape(spans, -1, *values.shape[1:]).sum(axis=1)
    return sums
