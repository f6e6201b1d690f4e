"""Arrivals to sketches: images decoded, candidates for digits found, what cannot be read rejected with the reason."""

import logging
import re
from collections.abc import Sequence

import apache_beam as beam

from pipeline.forms import Arrival, Decoded, Sketch
from pipeline.messages import (
    LABEL_HEADER,
    LATEST_TIME,
    LONGEST_KEY,
    LONGEST_SOURCE,
    NUMBER,
    SOURCE_HEADER,
    SUBMITTED_AT_HEADER,
    Rejection,
)
from pipeline.recognition.drawings import Found, Unreadable, lattices_of
from pipeline.stages.rejecting import rejection

LABEL = re.compile(NUMBER.encode())

logger = logging.getLogger(__name__)


class DecodeDrawings(beam.PTransform):
    """Turn each arrival of a batch into a sketch or a rejection, in the order of arrival."""

    def expand(self, batches: beam.PCollection[list[Arrival]]) -> beam.PCollection[list[Decoded]]:
        """A bad neighbour harms nobody."""
        return batches | "Decode" >> beam.Map(decode_batch)


def decode_batch(arrivals: Sequence[Arrival]) -> list[Decoded]:
    """What the CNN shall read in each arrival, or why there is nothing."""
    names = [_drawing_id(arrival) for arrival in arrivals]
    named = (arrival for arrival, name in zip(arrivals, names, strict=True) if isinstance(name, str))
    found = iter(lattices_of(arrival.value for arrival in named))
    return [
        _decoded(arrival, name, next(found)) if isinstance(name, str) else _reject(arrival, name)
        for arrival, name in zip(arrivals, names, strict=True)
    ]


def _decoded(arrival: Arrival, drawing_id: str, found: Found) -> Decoded:
    if isinstance(found, Unreadable):
        return _reject(arrival, found)
    return Sketch(
        drawing_id,
        arrival.origin,
        _source(arrival),
        _label(arrival),
        _submitted_at(arrival),
        arrival.timestamp,
        found,
    )


def _drawing_id(arrival: Arrival) -> str | Unreadable:
    if not arrival.key:
        return str(arrival.origin)
    if len(arrival.key) > LONGEST_KEY:
        return Unreadable("invalid_key", f"The record's key, the drawing's id, has over {LONGEST_KEY} bytes.")
    try:
        return arrival.key.decode()
    except UnicodeDecodeError:
        return Unreadable("invalid_key", "The record's key, the drawing's id, is not UTF-8.")


def _source(arrival: Arrival) -> str:
    return (arrival.headers.get(SOURCE_HEADER) or b"").decode(errors="replace")[:LONGEST_SOURCE]


def _label(arrival: Arrival) -> str | None:
    """What the sender says that the drawing shows; anything but a few digits is as good as nothing."""
    claimed = arrival.headers.get(LABEL_HEADER)
    return claimed.decode() if claimed is not None and LABEL.fullmatch(claimed) else None


def _submitted_at(arrival: Arrival) -> int:
    """The sender's own time where it makes sense, else the broker's."""
    try:
        claimed = int(arrival.headers.get(SUBMITTED_AT_HEADER) or b"")
    except ValueError:
        return arrival.timestamp
    return claimed if 0 <= claimed <= LATEST_TIME else arrival.timestamp


def _reject(arrival: Arrival, problem: Unreadable) -> Rejection:
    if problem.trace:
        logger.error("Decoding %s failed:\n%s", arrival.origin, problem.trace)
    short_key = arrival.key if arrival.key and len(arrival.key) <= LONGEST_KEY else None
    drawing_id = short_key.decode(errors="replace") if short_key else str(arrival.origin)
    return rejection(arrival, drawing_id, problem.code, problem.reason)
