"""One digit's ink to the raster that the CNN reads, as MNIST's digits were made.

LeCun et al. scaled each digit to a box of 20 pixels, its proportions kept and its edges antialiased, and placed it by
its centre of mass in a field of 28 (http://yann.lecun.com/exdb/mnist/). Training and serving both go through here.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from pipeline.recognition.ink import EDGE, Box, Ink, brightened

FIELD = 28
RASTER = (FIELD, FIELD)
"""Pixels of the raster that the CNN reads."""
DIGIT = 20
"""Pixels of a digit's longer side in that raster."""
CENTRE = 14.0
"""Where a digit's centre of mass lies in it, in pixel indices (13.5 to 14.5 in each image of MNIST)."""
OFF_CENTRE = 0.52
"""How far from there it is at most in a raster that needs no more centring."""
FINE = 4 * DIGIT
"""Strokes are measured and thickened with digits of this many pixels."""
THINNEST_STROKE = 2.0
"""Pixels in the raster; nine in ten of MNIST's digits have wider strokes, and a hair line would all but vanish."""

Raster = NDArray[np.uint8]


def bounds_if_normalised(inks: NDArray[np.uint8]) -> list[Box | None]:
    """For each ink raster (n, 28, 28) the box around its digit if it is as MNIST's are already, else None."""
    boxes = _boxes(inks)
    # A product of matrices would do, but BLAS has threads, which spin while they wait for the next one.
    rows, columns = inks.sum(axis=2, dtype=np.int32), inks.sum(axis=1, dtype=np.int32)
    down, across = ((sums * _FROM_CENTRE).sum(axis=1) for sums in (rows, columns))
    off_centre, mass = np.maximum(abs(down), abs(across)), rows.sum(axis=1)
    sides = (boxes[:, 2:] - boxes[:, :2]).max(axis=1)
    fits = ((sides == DIGIT) | (sides == DIGIT - 1)) & (off_centre < OFF_CENTRE * mass)
    return [tuple(box) if fit else None for box, fit in zip(boxes.tolist(), fits.tolist(), strict=True)]


def normalised(ink: Ink) -> Raster:
    """One digit's ink, cut to its edges, as a raster (28, 28) of MNIST's kind; black if it is too faint."""
    digit = _scaled(_with_firm_strokes(brightened(ink, ink.max(initial=0))), DIGIT)
    raster = np.zeros((FIELD, FIELD), np.uint8)
    strokes = np.sort(digit[digit >= EDGE / 2])
    if not strokes.size:
        return raster
    digit = brightened(digit, strokes[9 * len(strokes) // 10])
    top, left = (
        min(max(round(CENTRE - centre), 0), FIELD - side)
        for centre, side in zip(_centre_of_mass(digit), digit.shape, strict=True)
    )
    raster[top : top + digit.shape[0], left : left + digit.shape[1]] = digit
    return raster


_FROM_CENTRE = (np.arange(FIELD) - CENTRE).astype(np.int32)


def _boxes(inks: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Left, top, right and bottom (n, 4) of the ink in each raster (n, 28, 28)."""
    inked = inks > 0
    marks = np.stack((inked.any(axis=1), inked.any(axis=2)), axis=1)
    return np.concatenate((marks.argmax(axis=2), FIELD - marks[:, :, ::-1].argmax(axis=2)), axis=1)


def _centre_of_mass(ink: Ink) -> tuple[float, float]:
    """Row and column of the ink's centre, in pixel indices."""
    height, width = ink.shape
    (mass, across), (down, _) = (_moments(height) @ ink @ _moments(width).T).tolist()
    return down / mass, across / mass


@lru_cache(maxsize=256)
def _moments(side: int) -> NDArray[np.float64]:
    """What a row or column weighs in the sum and in the first moment."""
    return np.array((np.ones(side), np.arange(side)))


def _with_firm_strokes(ink: Ink) -> Ink:
    """The digit at no more than FINE pixels, with hair lines thickened to what survives being made smaller yet."""
    if max(ink.shape) > FINE:
        ink = _scaled(ink, FINE)
        ink = brightened(ink, ink.max())
    missing = THINNEST_STROKE - _stroke_width(ink >= EDGE) * DIGIT / max(ink.shape)
    thicker = round(missing * FINE / DIGIT)
    if thicker < 1:
        return ink
    return np.asarray(ndimage.maximum_filter(np.pad(_scaled(ink, FINE), thicker // 2), thicker + 1))


def _scaled(pixels: Ink, side: int) -> Ink:
    """The pixels with ``side`` of them along the longer side: averaged when they become fewer, else interpolated."""
    height, width = pixels.shape
    scale = side / max(height, width)
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    resampling = Image.Resampling.HAMMING if scale < 1 else Image.Resampling.BICUBIC
    return np.asarray(Image.fromarray(pixels).resize(size, resampling, reducing_gap=2.0))


def _stroke_width(mask: NDArray[np.bool_]) -> float:
    """Mean width of lines in pixels: twice the area by the perimeter, which is π/4 of the edges between pixels."""
    edges = np.count_nonzero(mask[1:] != mask[:-1]) + np.count_nonzero(mask[:, 1:] != mask[:, :-1])
    return 2 * np.count_nonzero(mask) / (np.pi / 4 * max(edges, 1))
