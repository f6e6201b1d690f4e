"""A drawing's luminance to ink: which pixels someone drew, and how strongly, whatever the colours and the light."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

FULL_INK = 254
"""The fullest ink in an image of MNIST is 254 or 255."""
FAINTEST_INK = 20
"""Grey levels by which ink must differ from its ground."""
NOISE_MARGIN = 5
"""Ink must also differ by so many standard deviations of the ground's noise."""
UNEVEN = 6
"""Standard deviation of the ground from which on it is taken to be lit unevenly, as in a photograph."""
LARGE = 64
"""Pixels a side from which on a border is long enough to measure its grain and its light."""
SAMPLED = 2000
"""Grey levels are counted on no more than about this many rows and columns, to bound memory."""
LIGHT_MAP = 32
"""Cells a side at which uneven light is measured."""
LIGHT_WINDOW = 15
"""Cells a side of the window whose median is taken for the ground: more than a stroke covers half of."""

Levels = NDArray[np.uint8]


def ink_of(grey: Levels) -> Levels | None:
    """How much ink is on each pixel (height, width): 0 on the ground, 254 or 255 at its fullest; None if there is none.

    The ground is what the border of the drawing mostly is. Ink is darker or lighter than it, whichever stands out more.
    """
    ground, noise = _ground(grey)
    if noise >= UNEVEN and min(grey.shape) >= LARGE:
        grey = _evenly_lit(grey)
        ground, noise = _ground(grey)
    counts = _counts(grey)
    contrast = np.arange(256) - ground
    if counts @ (contrast * np.abs(contrast)) < 0:
        contrast = -contrast
    full, faint = contrast[counts > 0].max(), NOISE_MARGIN * noise
    if full < FAINTEST_INK + faint:
        return None
    levels = np.where(contrast > faint, contrast, 0) * max(FULL_INK / full, 1)
    ink_by_level: Levels = levels.clip(0, 255).astype(np.uint8)
    return ink_by_level[grey]


def _ground(grey: Levels) -> tuple[int, float]:
    """The border's median level, and the standard deviation of its noise, however much ink touches it.

    Deviations from the median miss noise that was cut off at white or black; steps from pixel to pixel show it.
    """
    border = np.concatenate((grey[0], grey[-1], grey[:, 0], grey[:, -1])).astype(np.int16)
    ground = _median(border)
    noise = 1.48 * _median(np.abs(border - ground))
    return ground, max(noise, 1.05 * _median(np.abs(np.diff(border)))) if min(grey.shape) >= LARGE else noise


def _median(levels: NDArray[np.int16]) -> int:
    return int(np.sort(levels)[len(levels) // 2])


def _counts(grey: Levels) -> NDArray[np.int64]:
    """How many pixels have each of the 256 levels."""
    height, width = grey.shape
    sample = grey[:: 1 + height // SAMPLED, :: 1 + width // SAMPLED]
    return np.bincount(sample.ravel(), minlength=256)


def _evenly_lit(grey: Levels) -> Levels:
    """The drawing less the slow changes of its ground, which becomes a middle grey."""
    drawing = Image.fromarray(grey)
    cells = drawing.resize((LIGHT_MAP, LIGHT_MAP), Image.Resampling.BOX, reducing_gap=2.0)
    light = cells.filter(ImageFilter.MedianFilter(LIGHT_WINDOW)).resize(drawing.size, Image.Resampling.BICUBIC)
    return np.asarray(grey.astype(np.int16) - np.asarray(light) + 128).clip(0, 255).astype(np.uint8)
