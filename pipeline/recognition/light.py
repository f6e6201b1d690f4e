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
SMOOTHED = 0.45
"""Share of independent noise that a median over 3×3 pixels leaves (measured); a mean leaves less."""
LARGE = 1 << 20
"""Pixels from which on a mean, 17 times as fast as a median, is good enough: strokes are many pixels wide."""

Levels = NDArray[np.uint8]
Floats = NDArray[np.float64]


def evenly_lit(grey: Levels) -> Levels:
    """The drawing (height, width) less the slow changes of its ground, which becomes a middle grey.

    A surface of second order is fitted to the levels with weights that fall with the distance from the last fit
    (iteratively reweighted least squares with Cauchy's weights), so that ink does not count.
    """
    rows, columns = (np.unique(np.linspace(0, side - 1, SAMPLES).astype(int)) for side in grey.shape)
    levels: Floats = grey[np.ix_(rows, columns)].astype(np.float64).ravel()
    terms = _terms(rows / grey.shape[0], columns / grey.shape[1])
    weights: Floats = np.ones_like(levels)
    for _ in range(ROUNDS):
        surface = _fitted(terms, levels, weights)
        away = levels - terms @ surface
        weights = 1 / (1 + (away / max(2 * float(np.median(abs(away))), 1.0)) ** 2)
    light = _surface(surface, grey.shape)
    return (grey.astype(np.float32) - light + MIDDLE).clip(0, 255).astype(np.uint8)


def _fitted(terms: Floats, levels: Floats, weights: Floats) -> Floats:
    weighed = terms.T * weights
    return np.asarray(np.linalg.solve(weighed @ terms + STEADY, weighed @ levels))


def without_grain(grey: Levels) -> Levels:
    """The drawing with the noise of single pixels smoothed away."""
    smoothing = ImageFilter.MedianFilter(3) if grey.size < LARGE else ImageFilter.BoxBlur(1)
    return np.asarray(Image.fromarray(grey).filter(smoothing))


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
