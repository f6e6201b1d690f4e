"""Where digits that touch may be cut apart: paths from top to bottom that cross few strokes.

As in seam carving (Avidan, Shamir 2007), the cheapest path through each column at middle height is found by dynamic
programming from the top and from the bottom. Here entering a stroke is what costs, much more than following it: where
two bows touch, the cut runs along a thick place, but it crosses a single stroke; a cut through a 0 crosses two.
"""

import numpy as np
from numpy.typing import NDArray

ASIDE = 0.01
"""What a step aside costs; entering a stroke costs 1, and so does following it for the height of the ink."""
ROWS = 48
"""Paths are sought at no more than so many rows."""

Columns = NDArray[np.intp]
Costs = NDArray[np.float32]


def seams(ink: NDArray[np.uint8], count: int, apart: float) -> tuple[Columns, Costs]:
    """Up to ``count`` paths, at middle height ``apart`` pixels from each other and the sides, from left to right.

    Returns each path's column in every row of ``ink`` (paths, height), the last left of the cut, and its cost (paths,):
    the strokes that it crosses, and the way within them as a share of the height.
    """
    step = -(-len(ink) // ROWS)
    coarse = ink[: len(ink) // step * step, : ink.shape[1] // step * step]
    coarse = coarse.reshape(len(coarse) // step, step, -1, step).mean(axis=(1, 3), dtype=np.float32) / 255
    down, up = _cheapest(coarse), _cheapest(coarse[::-1])[::-1]
    middle = len(coarse) // 2
    total = down[middle] + up[middle] - coarse[middle] * (1 + 1 / len(coarse))  # counted from both sides
    chosen = _minima(total, count, apart / step)
    above, below = _traced(down, coarse, chosen, middle), _traced(up[::-1], coarse[::-1], chosen, len(up) - 1 - middle)
    paths = np.concatenate([above, below[-2::-1]])
    rows = np.minimum(np.arange(len(ink)) // step, len(coarse) - 1)
    return (paths[rows] * step + step // 2).T, total[chosen]


def _cheapest(ink: Costs) -> Costs:
    """The cost of the cheapest path from the first row to each pixel."""
    total = ink * (1 + 1 / np.float32(len(ink)))
    for row in range(1, len(ink)):
        total[row] = ink[row] / len(ink) + _steps(total[row - 1], ink[row - 1], ink[row]).min(axis=0)
    return total


def _steps(total: Costs, above: Costs, here: Costs) -> Costs:
    """The cost (3, width) of reaching each pixel of a row from above: from the left, straight, from the right."""
    costs = np.full((3, len(here)), np.inf, np.float32)
    costs[0, 1:] = total[:-1] + np.maximum(here[1:] - above[:-1], 0) + ASIDE
    costs[1] = total + np.maximum(here - above, 0)
    costs[2, :-1] = total[1:] + np.maximum(here[:-1] - above[1:], 0) + ASIDE
    return costs


def _minima(cost: Costs, count: int, apart: float) -> Columns:
    cost = cost.copy()
    places = np.arange(len(cost))
    chosen: list[int] = []
    cost[(places < apart) | (places >= len(cost) - apart)] = np.inf
    while len(chosen) < count and np.isfinite(cost).any():
        lowest = np.flatnonzero(cost <= cost.min() + 1e-3)
        chosen.append(int(lowest[len(lowest) // 2]))
        cost[abs(places - chosen[-1]) < apart] = np.inf
    return np.array(sorted(chosen), np.intp)


def _traced(total: Costs, ink: Costs, ends: Columns, row: int) -> Columns:
    """The columns in rows 0 to ``row`` of the cheapest paths that end in ``ends``: (rows, paths)."""
    columns = np.empty((row + 1, len(ends)), np.intp)
    columns[row] = ends
    for above in range(row - 1, -1, -1):
        here = columns[above + 1]
        columns[above] = here + _steps(total[above], ink[above], ink[above + 1])[:, here].argmin(axis=0) - 1
    return columns
