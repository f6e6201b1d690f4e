"""Arrivals to batches: what travels through the pipeline is a batch, not a drawing.

Beam takes some ten microseconds to hand an element from one step to the next; with a thousand drawings to an element
that is nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.forms import Arrival

LARGEST_BATCH = 16 << 20
"""Bytes of records that a batch has at most, unless a single one has more."""


@dataclass(frozen=True)
class Limits:
    """What bounds a batch: how many arrivals, of which milliseconds, of how many bytes."""

    arrivals: int
    window_ms: float
    bytes: int = LARGEST_BATCH


def batches(arrivals: Iterable[Arrival], limits: Limits) -> Iterator[list[Arrival]]:
    """Cut arrivals, in their order, into batches within the limits, each of one window."""
    batch: list[Arrival] = []
    room, batch_window = limits.bytes, 0.0
    for arrival in arrivals:
        size = len(arrival.value or b"")
        window = arrival.timestamp // limits.window_ms
        if batch and (len(batch) == limits.arrivals or size > room or window != batch_window):
            yield batch
            batch, room = [], limits.bytes
        batch.append(arrival)
        room -= size
        batch_window = window
    if batch:
        yield batch
