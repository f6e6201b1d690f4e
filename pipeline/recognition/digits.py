"""A drawing's luminance to digits as the CNN sees them: white ink on black, normalised as MNIST was.

LeCun et al. scaled each digit to a box of 20 pixels, its proportions kept and its edges antialiased, and placed it by
its centre of mass in a field of 28 (http://yann.lecun.com/exdb/mnist/). Training and serving both go through here.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from pipeline.messages import Box
from pipeline.recognition.images import UnreadableDrawing
from pipeline.recognition.ink import FULL_INK, ink_of

FIELD = 28
"""Pixels a side of the raster that the CNN reads."""
DIGIT = 20
"""Pixels of a digit's longer side in that raster."""
CENTRE = 14.0
"""Where a digit's centre of mass lies in it, in pixel indices (13.5 to 14.5 in each image of MNIST)."""

EDGE = 0.25 * FULL_INK
"""Ink from which a pixel belongs to a digit; below are antialiased edges, JPEG's ripples, smudges."""
SPECK = 0.12
"""A piece of ink whose longer side is under this share of the longest piece's is dirt, not a stroke."""
COARSE = 128
"""Pieces of ink are told apart at no more than this many cells a side, however large the drawing."""
FINE = 4 * DIGIT
"""Strokes are measured and thickened with digits of this many pixels."""
THINNEST_STROKE = 2.0
"""Pixels in the raster; nine in ten of MNIST's digits have wider strokes, and a hair line would all but vanish."""

Raster = NDArray[np.uint8]


def find_digits(grey: Raster) -> tuple[Raster, list[Box]]:
    """The digits in a drawing, left to right: rasters (n, 28, 28) and their boxes in the drawing's pixels.

    ``grey`` is luminance (height, width), ink dark on light or light on dark. For now a drawing holds one digit.

    Raises:
        UnreadableDrawing: ``blank``, there is no ink, or there are but specks.
    """
    ink = ink_of(grey)
    if ink is None:
        raise UnreadableDrawing("blank", "There is no ink in the drawing: it is all one ground.")
    if ink.shape == (FIELD, FIELD) and _is_normalised(ink):
        return ink[np.newaxis], [_bounds(ink > 0)]
    boxes = [_box_of_strokes(ink)]
    return np.stack([_normalised(_cut(ink, box)) for box in boxes]), boxes


def _is_normalised(ink: Raster) -> bool:
    """Whether a 28×28 raster is as MNIST's are already."""
    _, _, width, height = _bounds(ink > 0)
    if max(width, height) not in (DIGIT - 1, DIGIT):
        return False
    return max(abs(centre - CENTRE) for centre in _centre_of_mass(ink)) < 0.52


def _bounds(mask: NDArray[np.bool_]) -> Box:
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    top, left = int(rows[0]), int(columns[0])
    return left, top, int(columns[-1]) + 1 - left, int(rows[-1]) + 1 - top


def _cut(ink: Raster, box: Box) -> Raster:
    left, top, width, height = box
    return ink[top : top + height, left : left + width]


def _centre_of_mass(ink: Raster) -> tuple[float, float]:
    """Row and column of the ink's centre, in pixel indices."""
    rows, columns = ink.sum(axis=1), ink.sum(axis=0)
    mass = rows.sum()
    return float(rows @ np.arange(len(rows)) / mass), float(columns @ np.arange(len(columns)) / mass)


def _box_of_strokes(ink: Raster) -> Box:
    """The rectangle that holds all ink but specks."""
    cell = -(-max(ink.shape) // COARSE)
    coarse = np.asarray(Image.fromarray(ink).reduce(cell)) if cell > 1 else ink
    pieces = ndimage.find_objects(ndimage.label(coarse >= EDGE * min(2 / cell, 1), np.ones((3, 3)))[0])
    edges = cell * np.array([(rows.start, rows.stop, columns.start, columns.stop) for rows, columns in pieces])
    sides = np.maximum(edges[:, 1] - edges[:, 0], edges[:, 3] - edges[:, 2]) if pieces else np.zeros(1)
    if sides.max() <= cell:
        raise UnreadableDrawing("blank", "There is no digit in the drawing, only specks.")
    strokes = edges[sides >= SPECK * sides.max()]
    top, left = int(strokes[:, 0].min()), int(strokes[:, 2].min())
    around = left, top, int(strokes[:, 3].max()) - left, int(strokes[:, 1].max()) - top
    inner = _cut(ink, around)
    inner_left, inner_top, width, height = _bounds(inner >= min(EDGE, inner.max()))
    return left + inner_left, top + inner_top, width, height


def _normalised(ink: Raster) -> Raster:
    """One digit's ink, cut to its edges, as a raster of MNIST's kind."""
    digit = _scaled(_with_firm_strokes(_brightened(ink, ink.max())), DIGIT)
    strokes = np.sort(digit[digit >= EDGE / 2])
    if not strokes.size:
        raise UnreadableDrawing("blank", "There is no digit in the drawing, only specks.")
    digit = _brightened(digit, strokes[9 * len(strokes) // 10])
    top, left = (
        min(max(round(CENTRE - centre), 0), FIELD - side)
        for centre, side in zip(_centre_of_mass(digit), digit.shape, strict=True)
    )
    raster = np.zeros((FIELD, FIELD), np.uint8)
    raster[top : top + digit.shape[0], left : left + digit.shape[1]] = digit
    return raster


def _with_firm_strokes(ink: Raster) -> Raster:
    """The digit at no more than FINE pixels, with hair lines thickened to what survives being made smaller yet."""
    if max(ink.shape) > FINE:
        ink = _scaled(ink, FINE)
        ink = _brightened(ink, ink.max())
    missing = THINNEST_STROKE - _stroke_width(ink >= EDGE) * DIGIT / max(ink.shape)
    thicker = round(missing * FINE / DIGIT)
    if thicker < 1:
        return ink
    return np.asarray(ndimage.maximum_filter(np.pad(_scaled(ink, FINE), thicker // 2), thicker + 1))


def _scaled(pixels: Raster, side: int) -> Raster:
    """The pixels with ``side`` of them along the longer side: averaged when they become fewer, else interpolated."""
    height, width = pixels.shape
    scale = side / max(height, width)
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    resampling = Image.Resampling.HAMMING if scale < 1 else Image.Resampling.BICUBIC
    return np.asarray(Image.fromarray(pixels).resize(size, resampling, reducing_gap=2.0))


def _brightened(ink: Raster, full: int) -> Raster:
    """The ink with what was ``full`` made the fullest."""
    return (ink * max(FULL_INK / max(full, 1), 1.0)).clip(0, 255).astype(np.uint8)


def _stroke_width(mask: NDArray[np.bool_]) -> float:
    """Mean width of lines in pixels: twice the area by the perimeter, which is π/4 of the edges between pixels."""
    edges = np.count_nonzero(mask[1:] != mask[:-1]) + np.count_nonzero(mask[:, 1:] != mask[:, :-1])
    return 2 * np.count_nonzero(mask) / (np.pi / 4 * max(edges, 1))
