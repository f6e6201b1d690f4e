"""Drawings of all kinds, as the stream's own preprocessing sees them, each with what it holds.

They are pages of digits from MNIST, from recorded pen strokes and of the project's own making; such digits made
tiny; coarse scans of them; and scrawls that are no digit.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.mnist import LabelledRasters
from pipeline.recognition.classifier import NO_DIGIT
from pipeline.recognition.normalise import normalised
from training.examples.candidates import labelled_candidates
from training.examples.composition import NO_DIGIT as SCRAWL
from training.examples.composition import any_pen, compose, drawn_digit
from training.examples.scans import scanned, shrunk
from training.examples.strokes import PenDigit, Strokes, distorted
from training.examples.synthesis.digit import synthetic_digit
from training.examples.synthesis.scrawl import synthetic_scrawl
from training.examples.synthesis.writer import Writer, any_writer

NUMBERS = 0.2
"""Share of pages with more than one digit."""
FROM_MNIST, RECORDED = 0.15, 0.47
"""Share of pages with MNIST's digits; and of the others, that with recorded strokes. What is left is synthetic."""
SMALL_FROM_MNIST, DRAWN = 0.7, 60.0
"""Share of tiny digits and of scans that are MNIST's; pixels that the others are tall before they are made small."""
MOST_DIGITS, MOST_NONE = 2, 0.8
"""Candidates that a page keeps for each digit on it: such as hold one, and (for each and one more) such as do not."""

Digit = tuple[int, Strokes | NDArray[np.uint8]]
Drawing = tuple[NDArray[np.uint8], NDArray[np.uint8]]
"""Rasters (n, 28, 28) of a drawing's candidates and what each of them holds (n,)."""


@dataclass(frozen=True)
class Handwriting:
    """Digits to make drawings from."""

    mnist: LabelledRasters
    pen: list[PenDigit]


Maker = Callable[[Handwriting, np.random.Generator], Drawing]


def page(hands: Handwriting, random: np.random.Generator, longest: int = 8) -> Drawing:
    """Candidates of a page with one digit, or of one with up to ``longest``."""
    count = int(random.integers(2, longest + 1)) if random.random() < NUMBERS else 1
    digits = _digits(hands, count, random)
    labels = [label for label, _ in digits]
    return labelled_candidates(compose(digits, random), labels, _some(count, random))


def scrawl(_: Handwriting, random: np.random.Generator) -> Drawing:
    """Candidates of something that is no digit."""
    drawn = compose([(SCRAWL, synthetic_scrawl(random))], random)
    return labelled_candidates(drawn, [NO_DIGIT], _some(2, random))


def tiny(hands: Handwriting, random: np.random.Generator) -> Drawing:
    """A digit shrunk to very few pixels."""
    raster, label = _any_raster(hands, random)
    return shrunk(raster, random)[np.newaxis], np.array([label], np.uint8)


def scan(hands: Handwriting, random: np.random.Generator) -> Drawing:
    """A digit as a coarse scanner has it, cut to its edges."""
    raster, label = _any_raster(hands, random)
    return scanned(raster, random)[np.newaxis], np.array([label], np.uint8)


def _any_raster(hands: Handwriting, random: np.random.Generator) -> tuple[NDArray[np.uint8], int]:
    """A digit of MNIST, or another one made as those were."""
    if random.random() < SMALL_FROM_MNIST:
        return _any_of(hands.mnist, random)
    ((label, strokes),) = _penned(hands, 1, random)
    return normalised(drawn_digit(strokes, label, DRAWN, DRAWN, any_pen(random), smooth=2)), label


def _digits(hands: Handwriting, count: int, random: np.random.Generator) -> list[Digit]:
    """Digits in one hand, as far as the source allows."""
    if random.random() < FROM_MNIST:
        return [(int(label), raster) for raster, label in (_any_of(hands.mnist, random) for _ in range(count))]
    return list(_penned(hands, count, random))


def _penned(hands: Handwriting, count: int, random: np.random.Generator) -> list[tuple[int, Strokes]]:
    """Strokes of one pen: recorded ones, or synthetic ones."""
    if random.random() < RECORDED and hands.pen:
        written = [hands.pen[random.integers(len(hands.pen))] for _ in range(count)]
        return [(digit.label, distorted(digit.strokes, random)) for digit in written]
    return _synthetic(any_writer(random), count, random)


def _synthetic(writer: Writer, count: int, random: np.random.Generator) -> list[tuple[int, Strokes]]:
    labels = random.integers(0, 10, count).tolist()
    return [(label, synthetic_digit(label, writer, random)) for label in labels]


def _any_of(mnist: LabelledRasters, random: np.random.Generator) -> tuple[NDArray[np.uint8], int]:
    index = random.integers(len(mnist.labels))
    return mnist.rasters[index], int(mnist.labels[index])


def _some(digits: int, random: np.random.Generator) -> Callable[[NDArray[np.uint8]], NDArray[np.intp]]:
    """Chooses some of a page's candidates: the same digit may be there many times, with and without a speck."""

    def chosen(held: NDArray[np.uint8]) -> NDArray[np.intp]:
        order = random.permutation(len(held))
        is_digit = held[order] != NO_DIGIT
        few = int(MOST_NONE * (digits + 1) + random.random())
        return np.concatenate([order[is_digit][: MOST_DIGITS * digits], order[~is_digit][:few]])

    return chosen
