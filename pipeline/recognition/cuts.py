"""Wide strokes cut to pieces where two digits may touch.

This is over-segmentation: hardly a piece holds ink of two digits, while many a digit falls into several pieces.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pipeline.recognition.ink import EDGE, Ink
from pipeline.recognition.pieces import Labels, Pieces, bounds_of_labels, left_to_right
from pipeline.recognition.seams import seams

TOUCHING = 0.5
"""Strokes wider than this share of the line's height may be digits that touch."""
CUTS, MOST_CUTS = 10, 24
"""Cuts for each line height of a stroke's width, and in one stroke at most."""
CUTS_IN_ALL = 64
"""A drawing that wants more cuts than this is a pattern, not writing; it gets so many, to bound time."""
DEAREST = 2.4
"""Strokes that a cut crosses at most: most digits touch once, some twice."""
SEVERAL = 0.125
"""Cutting a stroke wider than the line's height, which is hardly one digit, costs but this share."""


def is_wide(pieces: Pieces) -> bool:
    """Whether some stroke may be several digits."""
    return bool(np.any(_widths(pieces) > TOUCHING * pieces.line))


def cut(pieces: Pieces) -> Pieces:
    """The pieces, the wide ones cut."""
    labels = np.zeros_like(pieces.labels)
    crossed: list[float] = []
    for piece, (count, (left, top, right, bottom)) in enumerate(zip(_cuts(pieces), pieces.bounds, strict=True)):
        # An edge may lie outside the box of its piece.
        window = slice(max(top - 1, 0), bottom + 1), slice(max(left - 1, 0), right + 1)
        mask = pieces.labels[window] == piece + 1
        parts, costs = np.zeros_like(labels[window]), [float(pieces.cuts[piece])]
        if count:
            parts, costs = _parts(pieces.ink[window] * mask, pieces.line, count)
        labels[window][mask] = parts[mask] + len(crossed) + 1
        crossed += costs
    return _renumbered(pieces, labels, np.array(crossed, np.float32))


def _widths(pieces: Pieces) -> NDArray[np.intp]:
    return pieces.bounds[:, 2] - pieces.bounds[:, 0]


def _cuts(pieces: Pieces) -> list[int]:
    """How many cuts are sought in each stroke."""
    widths = _widths(pieces) / pieces.line
    wanted = np.where(widths > TOUCHING, np.minimum(np.round(CUTS * widths), MOST_CUTS), 0)
    share = min(CUTS_IN_ALL / max(wanted.sum(), 1), 1)
    return [int(count * share) for count in wanted]


def _parts(ink: Ink, line: float, count: int) -> tuple[Labels, list[float]]:
    """A stroke's parts, numbered from 0 on the left, and what the cut on the left of each costs."""
    width = ink.shape[1]
    columns, strokes = np.arange(width), ink >= EDGE
    share = 1.0 if width <= line else SEVERAL
    parts, crossed = np.zeros(ink.shape, np.int16), [0.0]
    for path, cost in zip(*seams(ink, line, count, DEAREST), strict=True):
        beyond = columns > path[:, np.newaxis]
        before = (parts == len(crossed) - 1) & ~beyond
        if strokes[beyond].any() and strokes[before].any():
            parts[beyond] = len(crossed)
            crossed.append(float(cost) * share)
    return parts, crossed


def _renumbered(pieces: Pieces, labels: Labels, crossed: NDArray[np.float32]) -> Pieces:
    """The pieces with new labels, in the order of the middles of their boxes.

    A box holds the edges of its strokes, a pixel wide; not where the drawing was enlarged, and they with it.
    """
    bounds = bounds_of_labels(np.where(pieces.ink >= EDGE, labels, 0) if pieces.margin else labels)
    order, number = left_to_right(bounds, np.arange(len(bounds)))
    return replace(pieces, labels=number[labels], bounds=bounds[order], cuts=crossed[order])
