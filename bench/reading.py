"""What every rival engine does with a batch: the very functions and the very output of the stream, and nothing more."""

import time
from collections.abc import Sequence

from pipeline.forms import Arrival
from pipeline.messages import LABEL_HEADER, SOURCE_HEADER, SUBMITTED_AT_HEADER, Prediction
from pipeline.recognition.classifier import Classifier
from pipeline.recognition.drawings import Found, Unreadable, lattices_of
from pipeline.recognition.images import UnreadableDrawing
from pipeline.recognition.lattice import Lattice
from pipeline.recognition.reader import Number, read_numbers

BATCH = 1024
"""Drawings that are read in one call of the CNN, at most."""


def predictions(arrivals: Sequence[Arrival], classifier: Classifier) -> list[tuple[bytes, bytes]]:
    """Key and JSON value of the prediction for each arrival, in their order.

    Raises:
        UnreadableDrawing: one cannot be read; the bench sends none of these.
    """
    numbers = read_numbers([_readable(one) for one in lattices_of(arrival.value for arrival in arrivals)], classifier)
    now = int(time.time() * 1000)
    return [
        (arrival.key or b"", _prediction(arrival, number, classifier.version, now, len(arrivals)).to_json())
        for arrival, number in zip(arrivals, numbers, strict=True)
    ]


def _readable(found: Found) -> Lattice:
    if isinstance(found, Unreadable):
        raise UnreadableDrawing(found.code, found.reason)
    return found


def _prediction(arrival: Arrival, read: Number, model: str, now: int, batch_size: int) -> Prediction:
    headers = {name: value or b"" for name, value in arrival.headers.items()}
    return Prediction(
        drawing_id=(arrival.key or b"").decode(),
        number=read.number,
        confidence=read.confidence,
        digits=read.digits,
        model=model,
        submitted_at=int(headers[SUBMITTED_AT_HEADER]),
        predicted_at=now,
        arrived_at=arrival.timestamp,
        **arrival.origin._asdict(),
        source=headers[SOURCE_HEADER].decode(),
        label=headers[LABEL_HEADER].decode(),
        batch_size=batch_size,
    )
