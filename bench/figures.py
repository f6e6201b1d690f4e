"""The figures of a run, from times and usage alone: pure functions."""

from collections.abc import Sequence
from statistics import median

import numpy as np
from numpy.typing import ArrayLike

from bench.load import Times
from pipeline.errors import InkstreamError

MIDDLE = 0.1, 0.9
"""Of all arrivals; what comes before is the start, what comes after the end of a backlog."""
COLD = 100_000
"""Of a fresh engine's first arrivals, so many are cold, at most a quarter of all."""
PERCENTILES = (50, 95, 99)


def middle(arrivals: Times) -> tuple[float, float, int]:
    """When the middle 80 % of arrivals began and ended, and how many arrived in between.

    Raises:
        InkstreamError: there are fewer than ten arrivals.
    """
    if len(arrivals) < 10:
        raise InkstreamError(
            f"{len(arrivals)} arrivals are too few to measure: ask for more with --drawings or --backlog"
        )
    ordered = np.sort(arrivals)
    first, last = (round(share * (len(ordered) - 1)) for share in MIDDLE)
    return float(ordered[first]), float(ordered[last]), last - first


def throughput(arrivals: Times) -> float | None:
    """Arrivals per second in their middle 80 %; None where the clock is too coarse."""
    start, end, count = middle(arrivals)
    return count / (end - start) * 1000 if end > start else None


def cold_throughput(arrivals: Times, cold: int = COLD) -> float | None:
    """Arrivals per second among the first ones."""
    first = np.sort(arrivals)[: min(cold, max(len(arrivals) // 4, 2))]
    span = first[-1] - first[0]
    return float((len(first) - 1) / span * 1000) if span else None


def percentiles(latencies_ms: Times) -> dict[str, float | None]:
    """p50, p95 and p99; None for each that an unanswered drawing (infinite) is part of."""
    values = np.percentile(latencies_ms, PERCENTILES, method="higher")
    return {
        f"p{name}_ms": float(value) if np.isfinite(value) else None
        for name, value in zip(PERCENTILES, values, strict=True)
    }


def growth_between(times: ArrayLike, values: ArrayLike, start: float, end: float) -> float:
    """How much a sampled value grew between two times, by linear interpolation."""
    before, after = np.interp([start, end], np.asarray(times), np.asarray(values))
    return float(after - before)


def slope(times: ArrayLike, values: ArrayLike) -> float:
    """By how much a sampled value grows in a unit of time: least squares; 0 for fewer than two samples."""
    if len(np.asarray(times)) < 2:
        return 0.0
    return float(np.polyfit(np.asarray(times, float), np.asarray(values, float), 1)[0])


def summarised(rounds: Sequence[float | None]) -> dict[str, float | None]:
    """Median, least and greatest of what the rounds gave; None as the median where half of them gave nothing."""
    known = [value for value in rounds if value is not None]
    if len(known) <= len(rounds) / 2:
        return {"median": None, "least": min(known, default=None), "greatest": None}
    return {"median": median(known), "least": min(known), "greatest": max(known)}
