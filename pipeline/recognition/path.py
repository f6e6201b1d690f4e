"""Which candidates of a lattice are the digits of the drawing: the best path from its first piece to its last."""

import numpy as np
from numpy.typing import NDArray

from pipeline.recognition.classifier import NO_DIGIT
from pipeline.recognition.lattice import Lattice

GAP = 4.0
"""Logarithm of odds lost by a line height of blank inside a digit."""
CUT = 1.0
"""The same for each stroke that was cut to part two digits, less where it must have been several."""
ABOVE, LITTLE_ABOVE = 4.0, 0.5
"""The same for parting pieces of which one is all above the other; shares below the second do not count."""
SMALL, SMALLEST = 10.0, 0.8
"""The same for each line height by which a digit is lower than the second."""
WIDE, WIDEST = 2.0, 0.9
"""The same for each of its heights by which a digit is wider than the second."""
SKIP, SKIP_SIZE = 2.0, 8.0
"""The same for leaving out a piece as no part of any digit, and for each line height of it."""
FLOOR = 0.05
"""A piece may be no part of any digit, such as a comma, with at least this probability, whatever it looks like."""


def best_path(lattice: Lattice, scores: NDArray[np.float32]) -> list[int]:
    """The chosen candidates, left to right, at least one; ``scores`` (candidates, 11) is what the CNN makes of each."""
    if len(scores) == 1:
        return [0]
    log_scores = np.log(np.maximum(scores, 1e-9))
    values = log_scores[:, :NO_DIGIT].max(axis=1) - GAP * lattice.gaps - CUT * lattice.cuts[lattice.spans[:, 0]]
    values -= ABOVE * np.maximum(lattice.overlaps[lattice.spans[:, 0]] - LITTLE_ABOVE, 0) / (1 - LITTLE_ABOVE)
    values -= SMALL * np.maximum(SMALLEST - lattice.heights, 0)
    across, down = np.array(lattice.boxes, np.float32)[:, 2:].T
    values -= WIDE * np.maximum(across / down - WIDEST, 0)
    return _searched(lattice.spans.tolist(), values.tolist(), _skips(lattice, scores).tolist())


def _skips(lattice: Lattice, scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """What leaving out each piece is worth; a piece by itself is always a candidate."""
    alone = np.flatnonzero(lattice.spans[:, 1] - lattice.spans[:, 0] == 1)
    in_order = alone[np.argsort(lattice.spans[alone, 0])]
    worth: NDArray[np.float32] = (
        np.log(np.maximum(scores[in_order, NO_DIGIT], FLOOR)) - SKIP - SKIP_SIZE * lattice.sizes
    )
    return worth


def _searched(spans: list[list[int]], values: list[float], skips: list[float]) -> list[int]:
    """The path of the highest sum, by dynamic programming (Viterbi) over the places between pieces.

    A path without any candidate does not count: a drawing says something.
    """
    ending: list[list[int]] = [[] for _ in range(len(skips) + 1)]
    for candidate, (_, end) in enumerate(spans):
        ending[end].append(candidate)
    nothing, best, back = [0.0], [-np.inf], [-1]  # all skipped so far; something read; the last candidate of that
    for place in range(1, len(skips) + 1):
        skip = skips[place - 1]
        value, last = best[-1] + skip, -1
        for candidate in ending[place]:
            first = spans[candidate][0]
            reached = values[candidate] + max(best[first], nothing[first])
            if reached > value:
                value, last = reached, candidate
        nothing.append(nothing[-1] + skip)
        best.append(value)
        back.append(last)
    return _walked(spans, nothing, best, back)


def _walked(spans: list[list[int]], nothing: list[float], best: list[float], back: list[int]) -> list[int]:
    place, path = len(back) - 1, []
    while True:
        candidate = back[place]
        if candidate < 0:
            place -= 1
            continue
        path.append(candidate)
        place = spans[candidate][0]
        if place == 0 or nothing[place] >= best[place]:
            return path[::-1]
