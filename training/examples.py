"""What the CNN learns from and is checked on: MNIST, pen strokes drawn on canvases, digits of very few pixels.

Everything but MNIST, which is normalised already, goes through ``find_digits``, just as in the stream.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipeline.mnist import LabelledRasters
from pipeline.recognition.digits import DIGIT, FIELD, find_digits
from training.strokes import Canvas, PenDigit, distorted, render

Progress = Callable[[Sequence[Any], str], Iterator[Any]]
"""Goes through a sequence and shows how far it is, under a title."""

RENDERINGS = 6
"""Renderings of each pen digit, each with another pen on another canvas."""
TINY_SIDES = (7, 8, 10, 14)
"""Pixels of the longer side of digits from tiny images, such as scikit-learn's 8×8."""
TINY_EVERY = 6
"""One in so many of MNIST's digits is shown as a tiny one, too."""
HELD_OUT = 0.1
"""Share of the pen digits, the last ones, that are kept for checking."""


class PenSplit(NamedTuple):
    """Pen digits to learn from, and others to check on."""

    training: list[PenDigit]
    held_out: list[PenDigit]


def split(digits: list[PenDigit]) -> PenSplit:
    """All but the last tenth, and the last tenth: other samples, though not other writers, as their order is random."""
    first_held_out = round(len(digits) * (1 - HELD_OUT))
    return PenSplit(digits[:first_held_out], digits[first_held_out:])


def training_rasters(
    mnist: LabelledRasters, pen: list[PenDigit], random: np.random.Generator, progress: Progress
) -> LabelledRasters:
    """All that the CNN learns from, not yet shuffled."""
    parts = [mnist, _tiny(mnist, random, progress), _on_many_canvases(pen, random, progress)]
    return LabelledRasters(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _on_many_canvases(pen: list[PenDigit], random: np.random.Generator, progress: Progress) -> LabelledRasters:
    return _rasters(
        (render(distorted(digit.strokes, random), _any_canvas(random)), digit.label)
        for digit in progress(pen * RENDERINGS, "Drawing pen strokes")
    )


def _any_canvas(random: np.random.Generator) -> Canvas:
    """Mostly smooth and of 60 pixels or more, at times as coarse as 14; pens from a hair line to a broad marker."""
    side = int(np.exp(random.uniform(np.log(14), np.log(40)) if random.random() < 0.15 else random.uniform(4.1, 5.2)))
    digit = side * random.uniform(0.45, 0.85)
    return Canvas(side, digit * random.uniform(0.015, 0.16), digit, smooth=random.choice([1, 2, 3], p=[0.2, 0.4, 0.4]))


def _tiny(mnist: LabelledRasters, random: np.random.Generator, progress: Progress) -> LabelledRasters:
    chosen = np.flatnonzero(random.random(len(mnist.labels)) < 1 / TINY_EVERY)
    return _rasters(
        (_shrunk(mnist.rasters[index], int(random.choice(TINY_SIDES))), int(mnist.labels[index]))
        for index in progress(chosen.tolist(), "Shrinking digits")
    )


def _shrunk(raster: NDArray[np.uint8], digit: int) -> NDArray[np.uint8]:
    side = round(len(raster) * digit / DIGIT)
    return np.asarray(Image.fromarray(raster).resize((side, side), Image.Resampling.BOX))


def _rasters(drawings: Iterable[tuple[NDArray[np.uint8], int]]) -> LabelledRasters:
    found = [(find_digits(grey)[0][0], label) for grey, label in drawings]
    rasters = np.array([raster for raster, _ in found], np.uint8)
    return LabelledRasters(rasters.reshape(-1, FIELD, FIELD), np.array([label for _, label in found], np.uint8))
