"""Drawings to answers by the functions of the stream, and with its say on what cannot be read."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.recognition.classifier import Classifier
from pipeline.recognition.drawings import Unreadable, lattices_of
from pipeline.recognition.images import UnreadableDrawing, decode
from pipeline.recognition.reader import Number, read_numbers

BATCH = 1024
"""As many drawings as the stream infers at once by default (``--max_batch_size``)."""

Grey = NDArray[np.uint8]

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """What the stream says of a drawing: a number and ``probabilities`` (digits, 10), or the ``code`` of a rejection.

    A rejected drawing's number is "" and its confidence 0.
    """

    number: str
    confidence: float
    probabilities: NDArray[np.float32]
    code: str | None = None


def read_drawings(values: Iterable[bytes], classifier: Classifier) -> list[Answer]:
    """One answer for each drawing, an image file or a raw raster; all go through the CNN together.

    The bytes are taken one by one, so that those of a batch need not be in memory together.
    """
    found = lattices_of(values)
    numbers = iter(read_numbers([one for one in found if not isinstance(one, Unreadable)], classifier))
    return [_rejected(one) if isinstance(one, Unreadable) else _answer(next(numbers)) for one in found]


def luminance(value: bytes) -> Grey | None:
    """The drawing as the stream sees it, (height, width); None if it is no image."""
    try:
        return decode(value)
    except UnreadableDrawing:
        return None


def _answer(read: Number) -> Answer:
    probabilities = np.array([digit.probabilities for digit in read.digits], np.float32)
    return Answer(read.number, read.confidence, probabilities)


def _rejected(problem: Unreadable) -> Answer:
    if problem.trace:
        logger.error(problem.trace)
    return Answer("", 0.0, np.zeros((0, 10), np.float32), problem.code)
