"""Digits of MNIST as coarse devices have them: shrunk to very few pixels, or cut to their edges and scanned."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipeline.recognition.lattice import digit_of

FILTERS = [
    Image.Resampling.BOX,
    Image.Resampling.BILINEAR,
    Image.Resampling.HAMMING,
    Image.Resampling.BICUBIC,
    Image.Resampling.LANCZOS,
]
FEWEST, MOST = 6.5, 24.0
"""Pixels a side of the shrunk field of 28×28."""
SCANNED = 16
"""Pixels a side of the scans of the United States Postal Service, and of Semeion."""

Raster = NDArray[np.uint8]


def shrunk(raster: Raster, random: np.random.Generator) -> Raster:
    """A digit (28, 28) shrunk by any filter and enlarged again by the stream's preprocessing: (28, 28)."""
    side = round(float(np.exp(random.uniform(np.log(FEWEST), np.log(MOST)))))
    return digit_of(_resized(raster, side, side, random))


def scanned(raster: Raster, random: np.random.Generator) -> Raster:
    """A digit (28, 28) stretched, often to all of a field of 16×16 pixels, at times in black and white: (28, 28)."""
    rows, columns = np.flatnonzero(raster.any(axis=1)), np.flatnonzero(raster.any(axis=0))
    digit = raster[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = digit.shape
    natural = SCANNED * width / max(height, width)
    stretched = natural + (SCANNED - natural) * random.choice([0.0, 1.0, random.random()])
    small = _resized(digit, max(round(stretched), 2), round(SCANNED * height / max(height, width)), random)
    if random.random() < 0.4:
        small = np.where(small > random.uniform(60, 150), 255, 0).astype(np.uint8)
    return digit_of(np.pad(small, int(random.integers(1, 4)))) if small.max() > 60 else digit_of(raster)


def _resized(raster: Raster, width: int, height: int, random: np.random.Generator) -> Raster:
    return np.asarray(Image.fromarray(raster).resize((width, height), FILTERS[random.integers(len(FILTERS))]))
