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
from pipeline.recognition.images import UnreadableDrawing, decode
from pipeline.recognition.lattice import lattice_of
from pipeline.stages.rejecting import rejection

LABEL = re.compile(NUMBER.encode())

logger = logging.getLogger(__name__)


class DecodeDrawings(beam.PTransform):
    """Turn each arrival of a batch into a sketch or a rejection, in the order of arrival."""

    def expand(self, batches: beam.PCollection[list[Arrival]]) -> beam.PCollection[list[Decoded]]:
        """Decode one by one: a bad neighbour harms nobody."""
        return batches | "Decode" >> beam.Map(decode_batch)


def decode_batch(arrivals: Sequence[Arrival]) -> list[Decoded]:
    """What the CNN shall read in each arrival, or why there is nothing."""
    return [decode_drawing(arrival) for arrival in arrivals]


def decode_drawing(arrival: Arrival) -> Decoded:
    """What the CNN shall read in an arrival, or why there is nothing."""
    try:
        drawing_id = _drawing_id(arrival)
        lattice = lattice_of(decode(arrival.value))
    except UnreadableDrawing as problem:
        return _reject(arrival, problem.code, problem.reason)
    except Exception as error:
        # A drawing that breaks our own code must not stop the stream for everybody after it.
        logger.exception("Decoding %s failed", arrival.origin)
        return _reject(arrival, "internal_error", f"Decoding failed: {type(error).__name__}. This is our mistake.")
    return Sketch(
        drawing_id,
        arrival.origin,
        _source(arrival),
        _label(arrival),
        _submitted_at(arrival),
        arrival.timestamp,
        lattice,
    )


def _drawing_id(arrival: Arrival) -> str:
    if not arrival.key:
        return str(arrival.origin)
    if len(arrival.key) > LONGEST_KEY:
        raise UnreadableDrawing("invalid_key", f"The record's key, the drawing's id, has over {LONGEST_KEY} bytes.")
    try:
        return arrival.key.decode()
    except UnicodeDecodeError as error:
        raise UnreadableDrawing("invalid_key", "The record's key, the drawing's id, is not UTF-8.") from error


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


def _reject(arrival: Arrival, code: str, reason: str) -> Rejection:
    short_key = arrival.key if arrival.key and len(arrival.key) <= LONGEST_KEY else None
    drawing_id = short_key.decode(errors="replace") if short_key else str(arrival.origin)
    return rejection(arrival, drawing_id, code, reason)
