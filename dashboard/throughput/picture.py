"""All figures of the last minutes together, as the page shows them; what is not known is None, NaN or missing."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from dashboard.throughput.arrivals import Ends
from dashboard.throughput.committed import Committed
from dashboard.throughput.figures import Ints, Past
from dashboard.throughput.latencies import Floats

SPANS = 60
"""Points of a chart, whatever time it shows."""
NOW_SECONDS = 5
"""What flows at the moment is a mean of so long."""


@dataclass(frozen=True, eq=False)
class Numbers:
    """The figures that stand at the top: drawings a second of this moment, the rest over the time shown."""

    arriving: float | None
    answered: float | None
    lag: int | None
    p50: float | None
    p95: float | None
    p99: float | None
    accuracy: float | None
    labelled: int
    rejected: int | None


@dataclass(frozen=True, eq=False)
class Picture:
    """``minutes`` of the stream in `SPANS` spans that end at ``past.ends``; rates a second, ``lag`` by partition."""

    minutes: int
    past: Past
    arriving: Floats
    answered: Floats
    lag: dict[int, Floats]
    numbers: Numbers


def arriving(ends: Ends, spans: int, step: int) -> Floats:
    """Drawings a second between every two of ``spans`` + 1 ends, ``step`` seconds apart; NaN where one is unknown."""
    if not ends:
        return np.full(spans, np.nan)
    total = np.sum([_known(end) for end in ends.values()], axis=0)
    return _at_least_0(np.diff(total) / step)


def answered(past: Past, step: int) -> Floats:
    """Answers a second, predictions and rejections together."""
    rejected = sum(past.reasons.values(), np.zeros_like(past.predicted))
    return np.where(past.known, (past.predicted + rejected) / step, np.nan)


def lag(ends: Ends, past: Past, commits: Iterable[Committed]) -> dict[int, Floats]:
    """For each partition how many drawings had arrived at each of the ends and were not answered; NaN: unknown.

    Where no answer tells how far the stream is, what the lakehouse had by then does: it is some seconds behind.
    """
    return {partition: _lag(end, _reached(partition, past, commits)) for partition, end in ends.items()}


def numbers(time_shown: Past, moment: Past, ends: Ends, commits: Iterable[Committed]) -> Numbers:
    """``moment`` and ``ends`` are of the last few seconds, one span each; of ends there is one more."""
    p50, p95, p99 = map(_or_none, time_shown.overall)
    labelled = int(time_shown.right.sum() + time_shown.wrong.sum())
    rejected = sum(int(counts.sum()) for counts in time_shown.reasons.values())
    behind = lag({partition: end[1:] for partition, end in ends.items()}, moment, commits)
    return Numbers(
        arriving=_mean(arriving(ends, len(moment.ends), 1)),
        answered=_mean(answered(moment, 1)),
        lag=_latest_sum(behind),
        p50=p50,
        p95=p95,
        p99=p99,
        accuracy=float(time_shown.right.sum() / labelled) if labelled else None,
        labelled=labelled,
        rejected=rejected if rejected or time_shown.known.any() else None,
    )


def _reached(partition: int, past: Past, commits: Iterable[Committed]) -> Ints:
    reached = past.furthest.get(partition, np.full(len(past.ends), -1, np.int64))
    for second, offsets in commits:
        then = np.where(past.ends >= second, offsets.get(partition, -1), -1)
        reached = np.maximum(reached, then)
    return reached


def _lag(end: Ints, reached: Ints) -> Floats:
    return _at_least_0(np.where((end >= 0) & (reached >= 0), end - 1 - reached, np.nan))


def _known(offsets: Ints) -> Floats:
    return np.where(offsets >= 0, offsets, np.nan)


def _at_least_0(values: Floats) -> Floats:
    """Below 0 nothing makes sense: the topic was made anew, and offsets before and after are not of one log."""
    return np.where(values >= 0, values, np.nan)


def _mean(values: Floats) -> float | None:
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else None


def _latest_sum(values: dict[int, Floats]) -> int | None:
    """The sum over all partitions at the last moment when all are known."""
    total = sum(values.values(), np.zeros(1)) if values else np.full(1, np.nan)
    known = total[~np.isnan(total)]
    return int(known[-1]) if known.size else None


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
