"""A drawing's ink to its pieces from left to right: at first strokes that hang together.

A digit may consist of several pieces. Which of them belong together is decided later, by what the CNN makes of their
unions.
"""

from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from pipeline.recognition.ink import EDGE, Box, Ink, bounds_of, brightened

LOWEST, HIGHEST, WIDEST = 32, 160, 1600
"""Pixels: the ink is looked at with its box no lower than the first, no higher and no wider than the others."""
MARGIN = 1
"""Pixels around the ink that are looked at, too, where it is enlarged."""
SPECK = 0.12
"""A piece of ink whose longer side is under this share of the tallest one's height is dirt, not a stroke."""
SCATTERED = 64
"""Ink that extends over this many times its largest piece, or more, is nothing but specks."""
RULE, FLAT = 1.2, 8
"""A stroke this many line heights wide, and this many times wider than high, is drawn under writing or through it."""
MOST_STROKES = 64
"""So many of the largest strokes are looked at; more are a pattern, not writing."""

Labels = NDArray[np.int16]


@dataclass(frozen=True)
class Pieces:
    """``labels`` (height, width) says whose each pixel of ``ink`` is: 1 to ``count`` from left to right, 0 nobody's.

    ``bounds`` (count, 4) are left, top, right and bottom of each piece; ``cuts`` (count,) what cutting it from the one
    before costs: the strokes crossed, or a share of them; 0 where they do not touch. ``line`` is the height of most
    digits. ``ink`` is all that lies in the drawing between ``left``, ``top``, ``right`` and ``bottom``, the last two
    exclusive, made smaller or larger, with ``margin`` of the drawing's pixels around it.
    """

    ink: Ink
    labels: Labels
    bounds: NDArray[np.intp]
    cuts: NDArray[np.float32]
    line: float
    left: int
    top: int
    right: int
    bottom: int
    margin: int = 0

    @property
    def count(self) -> int:
        """How many pieces there are."""
        return len(self.bounds)

    def box_of(self, span: tuple[int, int]) -> Box:
        """The smallest box around the pieces from the first to the one before the last."""
        left, top = self.bounds[slice(*span), :2].min(axis=0).tolist()
        right, bottom = self.bounds[slice(*span), 2:].max(axis=0).tolist()
        return left, top, right, bottom


def pieces_of(ink: Ink) -> Pieces | None:
    """The strokes of a drawing's ink (height, width); None if there is nothing but specks."""
    working, scale, margin, box = _at_working_size(ink)
    strokes = ndimage.label(working >= EDGE, np.ones((3, 3)))[0]
    bounds = bounds_of_labels(strokes)
    heights, widths = bounds[:, 3] - bounds[:, 1], bounds[:, 2] - bounds[:, 0]
    tallest = max(heights.max(initial=0), SPECK * widths.max(initial=0))
    sizes = np.maximum(heights, widths)
    kept = np.flatnonzero(sizes >= max(SPECK * tallest, 1.5 * scale))
    if not kept.size or max(working.shape) >= SCATTERED * sizes.max():
        return None
    kept = kept[np.argsort(-sizes[kept], kind="stable")[:MOST_STROKES]]
    tall = heights[heights > tallest / 2]
    line = float(median(tall.tolist() or [tallest]))
    writing = kept[(widths[kept] < RULE * line) | (widths[kept] < FLAT * heights[kept])]
    order, number = left_to_right(bounds, writing if writing.size else kept)
    labels = _with_edges(number[strokes], working) if len(bounds) > 1 else (working > 0).astype(np.int16)
    return Pieces(working, labels, bounds[order], np.zeros(len(order), np.float32), line, *box, margin)


def left_to_right(bounds: NDArray[np.intp], kept: NDArray[np.intp]) -> tuple[NDArray[np.intp], Labels]:
    """The boxes to keep, in the order of their middles, and each old label's new number, 0 for what is not kept."""
    order = kept[np.argsort(bounds[kept, 0] + bounds[kept, 2], kind="stable")]
    number = np.zeros(len(bounds) + 1, np.int16)
    number[order + 1] = np.arange(1, len(order) + 1)
    return order, number


def bounds_of_labels(labels: NDArray[np.integer]) -> NDArray[np.intp]:
    """Left, top, right and bottom (labels, 4) of what is marked with 1, 2, …, none of which may be missing."""
    boxes = [(columns.start, rows.start, columns.stop, rows.stop) for rows, columns in ndimage.find_objects(labels)]
    return np.array(boxes, np.intp).reshape(-1, 4)


def _at_working_size(ink: Ink) -> tuple[Ink, float, int, Box]:
    """The ink's box at a size that is neither too coarse to tell strokes apart nor needlessly fine.

    Also by how much it is larger, the margin around the box, and the box. What is enlarged has a margin: an edge lies
    somewhere within its pixel, and how faint its neighbours are tells where.
    """
    box = left, top, right, bottom = bounds_of(ink >= EDGE)
    width, height = right - left, bottom - top
    scale = min(max(LOWEST / height, 1), max(WIDEST / (width + 2 * MARGIN), 1), HIGHEST / height, WIDEST / width)
    inked = ink[top:bottom, left:right]
    if scale == 1:
        return inked, 1.0, 0, box
    if scale < 1:
        smaller = _resized(inked, scale, Image.Resampling.BOX)
        return brightened(smaller, smaller.max()), scale, 0, box
    around = np.pad(ink, MARGIN)[top : bottom + 2 * MARGIN, left : right + 2 * MARGIN]
    return _resized(around, scale, Image.Resampling.BICUBIC), scale, MARGIN, box


def _resized(ink: Ink, scale: float, kind: Image.Resampling) -> Ink:
    height, width = ink.shape
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    return np.asarray(Image.fromarray(np.ascontiguousarray(ink)).resize(size, kind, reducing_gap=2.0))


def _with_edges(labels: Labels, ink: Ink) -> Labels:
    """The labels, with each piece's antialiased edge as its own."""
    edges: Labels = np.where(labels == 0, ndimage.maximum_filter(labels, 3) * (ink > 0), labels)
    return edges
