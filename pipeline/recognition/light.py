"""The ground of a drawing under uneven light, as on a photograph, made even."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

SAMPLES = 48
"""Pixels a side that are looked at, at most; a smooth surface needs no more."""
ROUNDS = 10
"""Fits, each of which trusts more what lies near the one before."""
STEADY = 1e-3 * np.eye(6)
"""Keeps the fit defined where all that weighs lies on a line."""
MIDDLE = 128
"""The level of the even ground."""
BLACK, WHITE = 0, 255
SMOOTHED = 0.34
"""Share of independent noise that a mean over 3×3 pixels leaves."""

Levels = NDArray[np.uint8]
Floats = NDArray[np.float64]


def evenly_lit(grey: Levels) -> Levels:
    """The drawing (height, width) less the slow changes of its ground, which becomes a middle grey.

    A surface of second order is fitted to the levels with weights that fall with the distance from the last fit
    (iteratively reweighted least squares with Cauchy's weights), so that ink does not count. Where the ground was too
    light for white, or too dark for black, the surface may lie beyond.
    """
    rows, columns = (np.unique(np.linspace(0, side - 1, SAMPLES).astype(int)) for side in grey.shape)
    levels: Floats = grey[np.ix_(rows, columns)].astype(np.float64).ravel()
    terms = _terms(rows / grey.shape[0], columns / grey.shape[1])
    seen, weights = levels, np.ones_like(levels)
    for _ in range(ROUNDS):
        surface = _fitted(terms, seen, weights)
        light = terms @ surface
        seen = np.where(levels == light.clip(BLACK, WHITE), light, levels)
        away = seen - light
        weights = 1 / (1 + (away / max(2 * float(np.median(abs(away))), 1.0)) ** 2)
    ground = _surface(surface, grey.shape).clip(BLACK, WHITE)
    even: Levels = (grey.astype(np.float32) - ground + MIDDLE).clip(BLACK, WHITE).astype(np.uint8)
    return even


def _fitted(terms: Floats, levels: Floats, weights: Floats) -> Floats:
    weighed = terms.T * weights
    return np.asarray(np.linalg.solve(weighed @ terms + STEADY, weighed @ levels))


def without_grain(grey: Levels) -> Levels:
    """The drawing with the noise of single pixels averaged away; a median would take thin strokes with it."""
    return np.asarray(Image.fromarray(grey).filter(ImageFilter.BoxBlur(1)))


def _terms(y: Floats, x: Floats) -> Floats:
    """The values (pixels, 6) of the surface's terms on the grid of these rows and columns."""
    down, across = (places.ravel() for places in np.meshgrid(y - 0.5, x - 0.5, indexing="ij"))
    return np.stack([np.ones_like(down), down, across, down * across, down**2, across**2], axis=1)


def _surface(weights: Floats, shape: tuple[int, ...]) -> NDArray[np.float32]:
    y, x = (np.arange(side, dtype=np.float32) / side - np.float32(0.5) for side in shape)
    one, down, across, both, down2, across2 = weights.astype(np.float32)
    light: NDArray[np.float32] = (one + down * y + down2 * y**2)[:, np.newaxis] + across * x + across2 * x**2
    light += both * np.outer(y, x)
    return light
