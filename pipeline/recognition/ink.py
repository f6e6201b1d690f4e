"""A drawing's luminance to ink: which pixels someone drew, and how strongly, whatever the colours and the light."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.recognition.light import SMOOTHED, evenly_lit, without_grain

FULL_INK = 254
"""The fullest ink in an image of MNIST is 254 or 255."""
EDGE = 0.25 * FULL_INK
"""Ink from which a pixel belongs to a stroke; below are antialiased edges, JPEG's ripples, smudges."""
FAINTEST_INK = 20
"""Grey levels by which ink must differ from its ground."""
NOISE_MARGIN = 5
"""Ink must also differ by so many standard deviations of the ground's noise."""
CLEAN, NEAR = 0.4, 2
"""A drawn ground has this share of its border within so many levels of the median; a photographed one has less."""
SMALLEST_PHOTOGRAPH = 16
"""Pixels a side: smaller than this, ink at the border is likelier than uneven light."""
GRAINY = 3
"""Standard deviation of the ground's noise from which on it is smoothed before ink is sought."""
WORSE = 1.5
"""Evening the light leaves the border no noisier than this many times; where ink covers most of a page, it may."""
LARGE = 64
"""Pixels a side from which on a border is long enough to measure its grain and its light."""
SAMPLED = 2000
"""Grey levels are counted on no more than about this many rows and columns, to bound memory."""

Levels = NDArray[np.uint8]
Ink: TypeAlias = NDArray[np.uint8]
"""How much ink is on each pixel (height, width): 0 on the ground, 254 or 255 at its fullest."""
Box: TypeAlias = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels, the last two exclusive."""


def ink_of(grey: Levels) -> Ink | None:
    """The ink of a drawing; None if there is none.

    The ground is what the border of the drawing mostly is. Ink is darker or lighter than it, whichever stands out more.
    """
    if _is_ink(grey):
        return grey
    ground, noise = _ground(grey)
    if min(grey.shape) >= SMALLEST_PHOTOGRAPH and not _is_clean(grey, ground):
        even = evenly_lit(grey)
        even_ground, even_noise = _ground(even)
        if even_noise <= WORSE * noise:  # else it was the ink that was taken for the ground
            grey, ground, noise = even, even_ground, even_noise
        if noise >= GRAINY:
            grey, noise = without_grain(grey), noise * SMOOTHED
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


def bounds_of(mask: NDArray[np.bool_]) -> Box:
    """The smallest box around all that is true; there must be something."""
    rows, columns = np.logical_or.reduce(mask, axis=1), np.logical_or.reduce(mask, axis=0)
    right, bottom = len(columns) - columns[::-1].argmax(), len(rows) - rows[::-1].argmax()
    return int(columns.argmax()), int(rows.argmax()), int(right), int(bottom)


def brightened(ink: Ink, full: int) -> Ink:
    """The ink with what was ``full`` made the fullest."""
    return (ink * max(FULL_INK / max(full, 1), 1.0)).clip(0, 255).astype(np.uint8)


def _is_ink(grey: Levels) -> bool:
    """Whether an image is what `ink_of` would make of it: full ink on a ground of 0, as in MNIST."""
    last_row, last_column = (max(side - 1, 1) for side in grey.shape)
    return not (grey[::last_row].any() or grey[:, ::last_column].any()) and bool(grey.max() >= FULL_INK)


def _ground(grey: Levels) -> tuple[int, float]:
    """The border's median level, and the standard deviation of its noise, however much ink touches it.

    Deviations from the median miss noise that was cut off at white or black; steps from pixel to pixel show it.
    """
    border = _border(grey)
    ground = _median(border)
    noise = 1.48 * _median(np.abs(border - ground))
    return ground, max(noise, 1.05 * _median(np.abs(np.diff(border)))) if min(grey.shape) >= LARGE else noise


def _is_clean(grey: Levels, ground: int) -> bool:
    return float(np.mean(abs(_border(grey) - ground) <= NEAR)) >= CLEAN


def _border(grey: Levels) -> NDArray[np.int16]:
    border: NDArray[np.int16] = np.concatenate((grey[0], grey[-1], grey[:, 0], grey[:, -1])).astype(np.int16)
    return border


def _median(levels: NDArray[np.int16]) -> int:
    return int(np.sort(levels)[len(levels) // 2])


def _counts(grey: Levels) -> NDArray[np.int64]:
    """How many pixels have each of the 256 levels."""
    height, width = grey.shape
    sample = grey[:: 1 + height // SAMPLED, :: 1 + width // SAMPLED]
    return np.bincount(sample.ravel(), minlength=256)
