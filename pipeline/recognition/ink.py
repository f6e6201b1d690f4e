"""A drawing's luminance to ink: which pixels someone drew, and how strongly, whatever the colours and the light."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipeline.recognition.light import SMOOTHED, evenly_lit, without_grain

FULL_INK = 254
"""The fullest ink in an image of MNIST is 254 or 255."""
EDGE = 64
"""Ink from which a pixel belongs to a stroke; below are antialiased edges, JPEG's ripples, smudges."""
FAINTEST_INK = 20
"""Grey levels by which ink must differ from its ground."""
SHARE, SPAN = 0.3, 0.77
"""The share of the border that tells the ground, and how many standard deviations wide it is if that is noise."""
CLEAN, NEAR = 0.4, 2
"""A drawn ground has this share of its border within so many levels of the median; a photographed one has less."""
SMALLEST_PHOTOGRAPH = 16
"""Pixels a side: smaller than this, ink at the border is likelier than uneven light."""
GRAINY = 3
"""Standard deviation of the ground's noise from which on it is smoothed before ink is sought."""
SIGMAS, GRAINIEST = 3.0, 12.0
"""Standard deviations of the ground's noise within which most of a border lies whose light was evened well; and grey
levels that they amount to at most: with more, it was ink that was taken for the ground."""
LARGE = 64
"""Pixels a side from which on a border is long enough to measure its grain and its light."""

Levels = NDArray[np.uint8]
Ink: TypeAlias = NDArray[np.uint8]
"""How much ink is on each pixel (height, width): 0 on the ground, 254 or 255 at its fullest."""
Box: TypeAlias = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels, the last two exclusive."""


def ink_of(grey: Levels) -> Ink | None:
    """The ink of a drawing; None if there is none.

    The ground is what the border of the drawing mostly is. Ink is darker or lighter than it, whichever stands out more.
    """
    if are_ink(grey[np.newaxis])[0]:
        return grey
    ground, noise = _ground(grey)
    if min(grey.shape) >= SMALLEST_PHOTOGRAPH and not _is_clean(grey):
        even = evenly_lit(grey)
        even_ground, even_noise = _ground(even)
        if even_noise <= GRAINIEST and _is_better(grey, ground, even, even_ground, NEAR + SIGMAS * even_noise):
            grey, ground, noise = even, even_ground, even_noise
        if noise >= GRAINY and min(grey.shape) >= LARGE:
            grey, noise = without_grain(grey), noise * SMOOTHED
    contrast = np.arange(256) - ground
    extremes = contrast[[grey.min(), grey.max()]]
    if _is_dark_on_light(grey, contrast, extremes):
        contrast, extremes = -contrast, -extremes
    full, faint = extremes.max(), _farthest(grey.size) * noise
    if full < FAINTEST_INK + faint:
        return None
    levels = np.where(contrast > faint, contrast, 0) * max(FULL_INK / full, 1)
    ink_by_level: Levels = levels.clip(0, 255).astype(np.uint8)
    return ink_by_level.take(grey)  # much faster than an index


def are_ink(greys: Levels) -> NDArray[np.bool_]:
    """Whether each image (n, height, width) is what `ink_of` would make of it: full ink on a ground of 0."""
    last_row, last_column = (max(side - 1, 1) for side in greys.shape[1:])
    rows, columns = (edges.max(axis=(1, 2)) for edges in (greys[:, ::last_row], greys[:, :, ::last_column]))
    found: NDArray[np.bool_] = (rows == 0) & (columns == 0) & (greys.max(axis=(1, 2)) >= FULL_INK)
    return found


def bounds_of(mask: NDArray[np.bool_]) -> Box:
    """The smallest box around all that is true; there must be something."""
    rows, columns = np.logical_or.reduce(mask, axis=1), np.logical_or.reduce(mask, axis=0)
    right, bottom = len(columns) - columns[::-1].argmax(), len(rows) - rows[::-1].argmax()
    return int(columns.argmax()), int(rows.argmax()), int(right), int(bottom)


def brightened(ink: Ink, full: int) -> Ink:
    """The ink with what was ``full`` made the fullest."""
    if full >= FULL_INK:
        return ink
    bright: Ink = (np.arange(256) * (FULL_INK / max(full, 1))).clip(0, 255).astype(np.uint8)
    return bright.take(ink)


def _ground(grey: Levels) -> tuple[int, float]:
    """The border's commonest level, and the standard deviation of its noise, however much ink touches it.

    It is the middle of the shortest range of levels that holds ``SHARE`` of the border (the shorth, a robust estimate
    of location and scale). Where several are as short, ranges are commonest in the larger crowd. Deviations miss noise
    that was cut off at white or black; steps from pixel to pixel show it.
    """
    border = _border(grey)
    seen = (border, border, grey.ravel()) if min(grey.shape) < SMALLEST_PHOTOGRAPH else (border,)
    levels = np.sort(np.concatenate(seen))
    held = max(round(SHARE * len(levels)), 1)
    widths = levels[held - 1 :] - levels[: len(levels) - held + 1]
    shortest = np.flatnonzero(widths == widths.min())
    first = int(shortest[len(shortest) // 2])
    noise = float(widths[first]) / SPAN
    ground = int(levels[first + held // 2])
    return ground, max(noise, 1.05 * _median(np.abs(np.diff(border)))) if min(grey.shape) >= LARGE else noise


def _is_clean(grey: Levels) -> bool:
    return _share(grey, _median(_border(grey)), NEAR) >= CLEAN


def _is_better(grey: Levels, ground: int, even: Levels, even_ground: int, near: float) -> bool:
    """Whether more of the border is ground once the light was evened; what was cut off at black or white is none."""
    return _share(even, even_ground, near) > _share(grey, ground, near) and 0 < even_ground < 255


def _share(grey: Levels, level: int, near: float) -> float:
    """The share of the border that is no further from a level."""
    return float(np.mean(abs(_border(grey) - level) <= near))


def _border(grey: Levels) -> NDArray[np.int16]:
    border: NDArray[np.int16] = np.concatenate((grey[0], grey[-1], grey[:, 0], grey[:, -1])).astype(np.int16)
    return border


def _median(levels: NDArray[np.int16]) -> int:
    return int(np.sort(levels)[len(levels) // 2])


def _farthest(pixels: int) -> float:
    """Standard deviations from the mean that hardly one of so many normal numbers exceeds."""
    return float(np.sqrt(2 * np.log(pixels)))


def _is_dark_on_light(grey: Levels, contrast: NDArray[np.int64], extremes: NDArray[np.int64]) -> bool:
    """Whether what is darker than the ground stands out more than what is lighter.

    ``contrast`` is each of the 256 levels', ``extremes`` that of the darkest and of the lightest pixel.
    """
    darkest, lightest = extremes.tolist()
    if darkest >= 0 or lightest <= 0:
        return bool(darkest < 0)
    counts = np.array(Image.fromarray(grey).histogram())
    return bool(counts @ (contrast * np.abs(contrast)) < 0)
