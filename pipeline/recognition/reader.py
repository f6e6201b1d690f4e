"""Drawings to the numbers they say: the candidates of all through the CNN together, then each one's best path."""

from collections.abc import Sequence
from itertools import islice
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.messages import Digit
from pipeline.recognition.classifier import NO_DIGIT, Classifier
from pipeline.recognition.lattice import Lattice, lattice_with_cuts
from pipeline.recognition.path import best_path

CLEAR = 0.9
"""A digit that is as sure as this need not be looked at in parts."""
LARGE = 0.35
"""Line heights from which on a piece that was left out may be a digit."""
TINY = np.finfo(np.float32).tiny


class Number(NamedTuple):
    """What is read in a drawing: its digits from left to right, and what the CNN saw of each, uint8 (n, 28, 28)."""

    digits: list[Digit]
    ink: NDArray[np.uint8]

    @property
    def number(self) -> str:
        """The digits as a string."""
        return "".join(str(digit.digit) for digit in self.digits)

    @property
    def confidence(self) -> float:
        """How sure it is: as sure as all of its digits together."""
        return prod(digit.confidence for digit in self.digits)


class Choice(NamedTuple):
    """A lattice, what the CNN makes of its candidates (n, 11), and which of them are the digits."""

    lattice: Lattice
    scores: NDArray[np.float32]
    path: list[int]


def read_numbers(lattices: Sequence[Lattice], classifier: Classifier) -> list[Number]:
    """The number that each drawing says."""
    chosen = choices(lattices, classifier)
    digits = iter(_digits(chosen))
    return [Number(list(islice(digits, len(path))), lattice.rasters[path]) for lattice, _, path in chosen]


def choices(lattices: Sequence[Lattice], classifier: Classifier) -> list[Choice]:
    """The digits chosen in each drawing, from its own lattice or from that with cuts.

    Strokes are cut only where the whole ones are no sure digits: a digit that is clear is never torn in two.
    """
    chosen = _chosen(lattices, classifier)
    unsure = [place for place, choice in enumerate(chosen) if not _is_clear(*choice)]
    cut = {place: lattice_with_cuts(pieces) for place in unsure if (pieces := lattices[place].uncut)}
    for place, choice in zip(cut, _chosen(list(cut.values()), classifier), strict=True):
        chosen[place] = choice
    return chosen


def _chosen(lattices: Sequence[Lattice], classifier: Classifier) -> list[Choice]:
    if not lattices:
        return []
    ends = np.cumsum([len(lattice.rasters) for lattice in lattices])[:-1]
    scores = np.split(classifier.scores(np.concatenate([lattice.rasters for lattice in lattices])), ends)
    return [Choice(lattice, own, best_path(lattice, own)) for lattice, own in zip(lattices, scores, strict=True)]


def _is_clear(lattice: Lattice, scores: NDArray[np.float32], path: list[int]) -> bool:
    """Whether each digit is sure, and nothing as large as a digit was left out."""
    if len(lattice.sizes) == 1:
        return bool(scores[0, :NO_DIGIT].max() >= CLEAR)
    left_out = lattice.sizes.copy()
    for candidate in path:
        left_out[slice(*lattice.spans[candidate])] = 0
    return bool(scores[path, :NO_DIGIT].max(axis=1).min() >= CLEAR and left_out.max() < LARGE)


def _digits(chosen: Sequence[Choice]) -> list[Digit]:
    """The digits of all drawings, one after the other; all at once, since there are ten probabilities to each.

    That it is a digit at all is part of its confidence, not of the probabilities.
    """
    if not chosen:
        return []
    of_digits = np.concatenate([scores[path, :NO_DIGIT] for _, scores, path in chosen]).astype(np.float64)
    probabilities = of_digits / np.maximum(of_digits.sum(axis=1, keepdims=True), TINY)
    boxes = [lattice.boxes[place] for lattice, _, path in chosen for place in path]
    columns = of_digits.argmax(axis=1), of_digits.max(axis=1).round(6), probabilities.round(6)
    return list(map(Digit, *(column.tolist() for column in columns), boxes))
