"""Digits as coarse devices have them: shrunk to very few pixels, or cut to their edges and scanned."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from pipeline.recognition.images import UnreadableDrawing
from pipeline.recognition.lattice import digit_of

FILTERS = [
    Image.Resampling.BOX,
    Image.Resampling.BILINEAR,
    Image.Resampling.HAMMING,
    Image.Resampling.BICUBIC,
    Image.Resampling.LANCZOS,
]
FEWEST, MOST = 6.5, 18.0
"""Pixels a side of the shrunk field of 28×28."""
SCANNED = (8, 12, 16, 16, 16, 20)
"""Pixels a side of scans: 16 are those of the United States Postal Service and of Semeion."""
WIDEST = 3.0
"""Times that a scan is as wide as its digit at most; a bar of ink over all of a field could be anything."""
SLANT, STRETCH, SHIFT = 0.1, 0.06, 0.6
"""Standard deviations of what is changed before a digit is made coarse: shares of the size, and pixels."""

Raster = NDArray[np.uint8]


def shrunk(raster: Raster, random: np.random.Generator) -> Raster:
    """A digit (28, 28) shrunk by any filter and enlarged again by the stream's preprocessing: (28, 28)."""
    side = round(float(np.exp(random.uniform(np.log(FEWEST), np.log(MOST)))))
    return digit_of(_resized(_changed(raster, random), side, side, random))


def scanned(raster: Raster, random: np.random.Generator) -> Raster:
    """A digit (28, 28) stretched, often to all of a field of few pixels, at times in black and white: (28, 28).

    At times there is not one pixel of ground around it.
    """
    side = int(random.choice(SCANNED))
    rows, columns = np.flatnonzero(raster.any(axis=1)), np.flatnonzero(raster.any(axis=0))
    digit = raster[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = digit.shape
    natural = side * width / max(height, width)
    stretched = min(natural + (side - natural) * random.choice([0.0, 1.0, random.random()]), WIDEST * natural)
    small = _resized(digit, max(round(stretched), 2), round(side * height / max(height, width)), random)
    if random.random() < 0.4:
        small = np.where(small > random.uniform(60, 150), 255, 0).astype(np.uint8)
    try:
        return digit_of(np.pad(small, int(random.integers(0, 4))))
    except UnreadableDrawing:
        return digit_of(raster)


def _changed(raster: Raster, random: np.random.Generator) -> Raster:
    """The digit in a slightly other hand, and elsewhere on the grid of pixels."""
    slant = random.normal(0, SLANT, 2)
    stretch = 1 + random.normal(0, STRETCH, 2)
    matrix = np.array([[stretch[0], slant[0] / 2], [slant[1], stretch[1]]])
    middle = (np.array(raster.shape) - 1) / 2
    offset = middle - matrix @ middle + random.normal(0, SHIFT, 2)
    return np.asarray(ndimage.affine_transform(raster, matrix, offset, order=1))


def _resized(raster: Raster, width: int, height: int, random: np.random.Generator) -> Raster:
    return np.asarray(Image.fromarray(raster).resize((width, height), FILTERS[random.integers(len(FILTERS))]))
