"""Latencies counted in buckets that grow by 2 %: any percentile of any span of time, within 1 %, from small arrays."""

import numpy as np
from numpy.typing import NDArray

GROWTH = 1.02
LONGEST_MS = 24 * 3_600_000
"""What claims to have taken longer was sent by a wrong clock."""
BUCKETS = int(np.log(LONGEST_MS) / np.log(GROWTH)) + 1
PERCENTILES = (50, 95, 99)

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


def bucket_of(latencies_ms: NDArray[np.int64]) -> NDArray[np.int64]:
    """The bucket of each latency between 0 and `LONGEST_MS`; all below two milliseconds but one share the first."""
    buckets: NDArray[np.int64] = (np.log(np.maximum(latencies_ms, 1)) / np.log(GROWTH)).astype(np.int64)
    return buckets


def percentiles(counts: Counts) -> Floats:
    """`PERCENTILES` in milliseconds, in a new last axis, of counts by bucket in the last axis; NaN where all are 0."""
    reached = counts.cumsum(axis=-1)
    return np.stack([_percentile(counts, reached, percent / 100) for percent in PERCENTILES], axis=-1)


def _percentile(counts: Counts, reached: Counts, part: float) -> Floats:
    """The middle of the latencies around the rank that numpy's percentile has, taken as even within a bucket."""
    total = reached[..., -1]
    rank = part * np.maximum(total - 1, 0)
    bucket = (reached > rank[..., None]).argmax(axis=-1)
    inside = np.take_along_axis(counts, bucket[..., None], -1)[..., 0]
    before = np.take_along_axis(reached, bucket[..., None], -1)[..., 0] - inside
    value = GROWTH ** (bucket + (rank - before + 0.5) / np.maximum(inside, 1))
    return np.where(total > 0, value, np.nan)
