"""Where digits that touch may be cut apart: paths from top to bottom that cross few strokes.

As in seam carving (Avidan, Shamir 2007), the cheapest path through each place is found by dynamic programming from the
top and from the bottom; but a path may run sideways as far as it likes, around the overhang of a 7. Entering a stroke
is what costs, much more than following it: where two bows touch, the cut runs along a thick place, but it crosses a
single stroke; a cut through a 0 crosses two.

Most such paths cut off the tail of a digit. Only those are kept that leave something half as tall as a digit on both
sides; of these the cheapest, and then each next one that parts the ink otherwise and crosses none before it.
"""

import numpy as np
from numpy.typing import NDArray

ASIDE = 0.005
"""What a step aside costs; entering a stroke costs 1, and so does following it for the height of the ink."""
ROWS = 96
"""Paths are sought at no more than so many rows."""
EVERY = 2
"""Paths are sought through each so many-th place of every so many-th row."""
TALL = 0.5
"""Line heights of ink that a cut leaves on both sides at least."""
SLIVER = 0.04
"""Two cuts, or a cut and the end of the stroke, have at least this share of a line height's ink between them."""
CROSSING = 0.3
"""Share of a sliver that cuts may cross each other by; they are then put straight."""

Columns = NDArray[np.intp]
Floats = NDArray[np.float32]


def seams(ink: NDArray[np.uint8], line: float, count: int, dearest: float) -> tuple[Columns, Floats]:
    """Up to ``count`` paths through a stroke of text whose line height is ``line`` pixels, none crossing another.

    Returns each path's column in every row of ``ink`` (paths, height), the last left of the cut, and its cost (paths,):
    the strokes that it crosses, and the way within them as a share of the height; none costs more than ``dearest``.
    """
    step = -(-len(ink) // ROWS)
    coarse, strokes = _coarse(ink, step)
    within = coarse / np.float32(len(coarse))
    (down, from_above), (up, from_below) = _ways(strokes, within), _ways(strokes[::-1], within[::-1])
    through = down + up[::-1] - strokes - within  # counted from both sides
    ends = np.argwhere(through[::EVERY, ::EVERY] <= dearest) * EVERY
    costs = through[ends[:, 0], ends[:, 1]]
    order = np.argsort(costs, kind="stable")
    costs, paths = costs[order], _traced(from_above, from_below[::-1], ends[order])
    least = SLIVER * min(line / ink.shape[1], 1) * float(coarse.sum())
    chosen = _chosen(_left_of(paths, coarse), coarse, TALL * line / step, least, count)
    rows = np.minimum(np.arange(len(ink)) // step, len(coarse) - 1)
    straight = np.maximum.accumulate(paths[chosen], axis=0)
    return straight[:, rows] * step + step - 1, costs[chosen]


def _coarse(ink: NDArray[np.uint8], step: int) -> tuple[Floats, Floats]:
    """The mean ink in each square of ``step`` pixels, 0 to 1, and the most: thin strokes stay whole, and level."""
    height, width = ink.shape
    padded = np.pad(ink, ((0, -height % step), (0, -width % step)))
    squares = padded.reshape(len(padded) // step, step, -1, step)
    full = np.float32(255)
    return squares.mean(axis=(1, 3), dtype=np.float32) / full, squares.max(axis=(1, 3)) / full


def _ways(strokes: Floats, within: Floats) -> tuple[Floats, Columns]:
    """The cost of the cheapest way from the first row to each place, and the column at which it enters the row.

    To enter ``strokes`` costs their ink, each step within them what ``within`` says.
    """
    rightward, leftward = _aside(strokes, within), _aside(strokes[:, ::-1], within[:, ::-1])
    costs, entered = np.empty_like(strokes), np.empty(strokes.shape, np.intp)
    above, blank = np.zeros_like(strokes[0]), np.zeros_like(strokes[0])
    for row, here in enumerate(strokes):
        straight = above + np.maximum(here - blank, 0) + within[row]
        right, from_left = _swept(straight, rightward[row])
        left, from_right = _swept(right[::-1], leftward[row])
        costs[row], entered[row] = left[::-1], from_left[(len(here) - 1 - from_right)[::-1]]
        above, blank = costs[row], here
    return costs, entered


def _aside(strokes: Floats, within: Floats) -> Floats:
    """What it costs to walk to each place from the left end of its row."""
    steps = np.maximum(np.diff(strokes, axis=1, prepend=0), 0) + within + ASIDE
    return np.cumsum(steps, axis=1, dtype=np.float32)


def _swept(costs: Floats, aside: Floats) -> tuple[Floats, Columns]:
    """The costs in a row after steps to the right, and whence each is reached."""
    start = costs - aside
    best = np.minimum.accumulate(start)
    origins = np.maximum.accumulate(np.where(start <= best, np.arange(len(start)), 0))
    return best + aside, origins


def _traced(from_above: Columns, from_below: Columns, through: Columns) -> Columns:
    """The columns (paths, rows) of the cheapest paths through these places (paths, 2)."""
    paths = np.empty((len(through), len(from_above)), np.intp)
    rows, columns = through.T
    for origins, order in ((from_below, range(len(from_above))), (from_above, range(len(from_above))[::-1])):
        here = columns.copy()
        for row in order:
            passed = rows <= row if order.step > 0 else rows >= row
            here = np.where(passed, origins[row, here], here)
            paths[passed, row] = here[passed]
    return paths


def _left_of(paths: Columns, ink: Floats) -> Floats:
    """How much ink of each row is on the left of each path (paths, rows)."""
    amounts: Floats = np.cumsum(ink, axis=1)[np.arange(len(ink)), paths]
    return amounts


def _chosen(left: Floats, ink: Floats, tall: float, least: float, count: int) -> Columns:
    """Which of the paths, the cheapest first, are cuts; from left to right."""
    right = ink.sum(axis=1) - left
    halves = np.minimum(left.sum(axis=1), right.sum(axis=1))
    open_to = np.flatnonzero((np.minimum(_height(left), _height(right)) >= tall) & (halves >= least))
    chosen: list[int] = []
    while open_to.size and len(chosen) < count:
        chosen.append(int(open_to[0]))
        apart = left[open_to] - left[chosen[-1]]
        one_way, other_way = np.maximum(apart, 0).sum(axis=1), np.maximum(-apart, 0).sum(axis=1)
        differs, crosses = np.maximum(one_way, other_way) > least, np.minimum(one_way, other_way) >= CROSSING * least
        open_to = open_to[differs & ~crosses]
    return np.array(sorted(chosen, key=lambda path: float(left[path].sum())), np.intp)


def _height(ink: Floats) -> Columns:
    """From the first to the last row with ink."""
    inked = ink > 0.3
    return np.where(inked.any(axis=1), inked.shape[1] - inked.argmax(axis=1) - inked[:, ::-1].argmax(axis=1), 0)
