"""All the ways in which a drawing's pieces may be put together to digits, as a lattice of candidates."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.messages import Box
from pipeline.recognition.cuts import cut, is_wide
from pipeline.recognition.images import UnreadableDrawing
from pipeline.recognition.ink import Ink, are_ink, ink_of
from pipeline.recognition.normalise import RASTER, bounds_if_normalised, normalised
from pipeline.recognition.pieces import Pieces, pieces_of

WIDEST = 1.6
"""Line heights that a digit of several pieces is wide at most."""
MOST_PIECES = 12
"""A digit consists of no more pieces than this."""
ALL = 2.5
"""All pieces together are one more candidate where they are no wider than this by their height."""

Spans = NDArray[np.int16]


class Lattice(NamedTuple):
    """Candidates for the digits of a drawing, each made of consecutive pieces, from left to right.

    Candidate ``c`` is made of pieces ``spans[c, 0]`` to ``spans[c, 1] - 1``; its ink is ``rasters[c]`` (28, 28), uint8.
    ``gaps[c]`` is the widest blank in it in line heights, ``cuts[p]`` what cutting piece p from the one before costs,
    ``overlaps[p]`` the share of the narrower one's width that is above or below the other, where they were not cut
    apart. ``heights[c]`` and ``sizes[p]``, a piece's height or a third of its width, are in line heights, too.
    ``uncut`` are the pieces if some may yet be cut.
    """

    rasters: NDArray[np.uint8]
    spans: Spans
    boxes: list[Box]
    gaps: NDArray[np.float32]
    heights: NDArray[np.float32]
    cuts: NDArray[np.float32]
    overlaps: NDArray[np.float32]
    sizes: NDArray[np.float32]
    uncut: Pieces | None = None


def lattice_of(grey: NDArray[np.uint8]) -> Lattice:
    """The lattice of the strokes in a drawing's luminance (height, width), ink dark on light or light on dark.

    Raises:
        UnreadableDrawing: ``blank``, there is no ink, or there are but specks.
    """
    ink = _ink(grey)
    if ready := _ready(ink):
        return ready
    pieces = _pieces(ink)
    lattice = lattice_from(pieces, spans_of(pieces))
    return lattice._replace(uncut=pieces) if is_wide(pieces) else lattice


def lattices_if_normalised(greys: NDArray[np.uint8]) -> list[Lattice | None]:
    """The lattice of each image (n, 28, 28) that is seen at once to be a raster of MNIST's kind; None of any other."""
    found: list[Lattice | None] = [None] * len(greys)
    places = np.flatnonzero(are_ink(greys))
    for place, lattice in zip(places.tolist(), _if_normalised(greys[places]), strict=True):
        found[place] = lattice
    return found


def lattice_with_cuts(pieces: Pieces) -> Lattice:
    """The lattice of strokes that are cut where digits may touch."""
    parts = cut(pieces)
    return lattice_from(parts, spans_of(parts))


def digit_of(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The raster (28, 28) of a drawing's luminance, told that all of it but specks is one digit; raises the same."""
    ink = _ink(grey)
    if _ready(ink):
        return ink
    pieces = _pieces(ink)
    return normalised(_patch(pieces, (0, pieces.count))[0])


def pieces_in(grey: NDArray[np.uint8]) -> Pieces:
    """The pieces of a drawing's luminance, wide ones cut, be it a normalised raster or not; raises the same."""
    return cut(_pieces(_ink(grey)))


def spans_of(pieces: Pieces) -> list[tuple[int, int]]:
    """First piece and the one after the last of every candidate."""
    left, top, right, bottom = pieces.bounds.T
    spans = []
    for first in range(pieces.count):
        reach = left[first], right[first]
        for last in range(first, min(first + MOST_PIECES, pieces.count)):
            reach = min(reach[0], left[last]), max(reach[1], right[last])
            if last == first or reach[1] - reach[0] <= WIDEST * pieces.line:
                spans.append((first, last + 1))
    whole = (0, pieces.count)
    if whole not in spans and right.max() - left.min() <= ALL * (bottom.max() - top.min()):
        spans.append(whole)
    return spans


def lattice_from(pieces: Pieces, spans: list[tuple[int, int]]) -> Lattice:
    """The lattice with these candidates."""
    patches, boxes = zip(*(_patch(pieces, span) for span in spans), strict=True)
    sides = pieces.bounds[:, 2:] - pieces.bounds[:, :2]
    line = np.float32(pieces.line)
    return Lattice(
        np.stack([normalised(patch) for patch in patches]),
        np.array(spans, np.int16),
        list(boxes),
        np.array([_widest_gap(pieces.bounds[slice(*span)]) for span in spans], np.float32) / line,
        np.array([len(patch) for patch in patches], np.float32) / line,
        pieces.cuts,
        _overlaps(pieces),
        np.maximum(sides[:, 1], sides[:, 0] / 3).astype(np.float32) / line,
    )


_ONE_SPAN, _NONE, _ONE = np.array([[0, 1]], np.int16), np.zeros(1, np.float32), np.ones(1, np.float32)


def _ink(grey: NDArray[np.uint8]) -> Ink:
    ink = ink_of(grey)
    if ink is None:
        raise UnreadableDrawing("blank", "There is no ink in the drawing: it is all one ground.")
    return ink


def _ready(ink: Ink) -> Lattice | None:
    """The lattice of one ink, if it is such a raster."""
    return _if_normalised(ink[np.newaxis])[0] if ink.shape == RASTER else None


def _if_normalised(inks: NDArray[np.uint8]) -> list[Lattice | None]:
    """The lattice of each ink (n, 28, 28) that is as MNIST's."""
    bounds = bounds_if_normalised(inks)
    return [_of_one(ink, box) if box else None for ink, box in zip(inks[:, np.newaxis], bounds, strict=True)]


def _of_one(raster: NDArray[np.uint8], bounds: tuple[int, int, int, int]) -> Lattice:
    """The lattice of one candidate, (1, 28, 28), alone."""
    left, top, right, bottom = bounds
    return Lattice(raster, _ONE_SPAN, [(left, top, right - left, bottom - top)], _NONE, _ONE, _NONE, _NONE, _ONE)


def _pieces(ink: Ink) -> Pieces:
    pieces = pieces_of(ink)
    if pieces is None:
        raise UnreadableDrawing("blank", "There is no digit in the drawing, only specks.")
    return pieces


def _patch(pieces: Pieces, span: tuple[int, int]) -> tuple[Ink, Box]:
    """The ink of a run of pieces, cut to its box, and that box in the drawing's pixels."""
    first, end = span
    left, top, right, bottom = pieces.box_of(span)
    labels = pieces.labels[top:bottom, left:right]
    ink = np.where((labels > first) & (labels <= end), pieces.ink[top:bottom, left:right], 0)
    return ink, _in_the_drawing(pieces, left, top, right, bottom)


def _in_the_drawing(pieces: Pieces, left: int, top: int, right: int, bottom: int) -> Box:
    """The smallest box of the drawing's own pixels that holds all of this one; never outside the ink's."""
    height, width = pieces.ink.shape
    x, across = _side_in_the_drawing(left, right, width, pieces.right - pieces.left, pieces.margin)
    y, down = _side_in_the_drawing(top, bottom, height, pieces.bottom - pieces.top, pieces.margin)
    return pieces.left + x, pieces.top + y, across, down


def _side_in_the_drawing(start: int, end: int, size: int, inked: int, margin: int) -> tuple[int, int]:
    """Where a range of ``size`` places begins among ``inked`` pixels of the drawing, and how long it is there."""
    whole = inked + 2 * margin
    first, last = start * whole // size - margin, -(-end * whole // size) - margin
    first = min(max(first, 0), inked - 1)
    return first, max(min(last, inked) - first, 1)


def _overlaps(pieces: Pieces) -> NDArray[np.float32]:
    left, right = pieces.bounds[:, 0], pieces.bounds[:, 2]
    shared = np.minimum(right[1:], right[:-1]) - np.maximum(left[1:], left[:-1])
    narrower = np.minimum((right - left)[1:], (right - left)[:-1])
    shares = np.where(pieces.cuts[1:] > 0, 0, np.maximum(shared, 0) / narrower)
    return np.concatenate([[0], shares]).astype(np.float32)


def _widest_gap(bounds: NDArray[np.intp]) -> float:
    """The widest column range without ink between pieces ordered by their middles."""
    if len(bounds) == 1:
        return 0.0
    reached = np.maximum.accumulate(bounds[:, 2])
    return float(max((bounds[1:, 0] - reached[:-1]).max(initial=0), 0))
