"""Smooth curves through points, and what a moving pen does to them."""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

Points = NDArray[np.float64]
"""(n, 2): x to the right and y downward."""

FINE = np.linspace(0, 1, 12, endpoint=False)[:, np.newaxis, np.newaxis]
HERMITE = ((1 + 2 * FINE) * (1 - FINE) ** 2, FINE * (1 - FINE) ** 2, FINE**2 * (3 - 2 * FINE), FINE**2 * (FINE - 1))


def spline(points: Points, roundness: float) -> Points:
    """A centripetal Catmull-Rom spline through the points; ``roundness`` 0 is a polygon, 1 the spline.

    Source: C. Yuksel et al., "Parameterization and applications of Catmull-Rom curves", 2011.
    """
    if len(points) < 3:
        return points
    chords = np.diff(points, axis=0)
    spans = np.sqrt(np.hypot(*chords.T) + 1e-9)[:, np.newaxis]
    slopes = chords / spans
    inner = (slopes[:-1] * spans[1:] + slopes[1:] * spans[:-1]) / (spans[:-1] + spans[1:])
    tangents = np.concatenate([1.5 * slopes[:1] - inner[:1] / 2, inner, 1.5 * slopes[-1:] - inner[-1:] / 2])
    outward, inward = roundness * spans * tangents[:-1], roundness * spans * tangents[1:]
    if roundness < 1:  # a polygon's velocity, so that the points stay evenly spread
        outward, inward = outward + (1 - roundness) * chords, inward + (1 - roundness) * chords
    pieces = HERMITE[0] * points[:-1] + HERMITE[1] * outward + HERMITE[2] * points[1:] + HERMITE[3] * inward
    return np.concatenate([pieces.swapaxes(0, 1).reshape(-1, 2), points[-1:]])


def lengths(points: Points) -> NDArray[np.float64]:
    """How far along the line each point is: (n,), from 0."""
    return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])


def resampled(points: Points, step: float) -> Points:
    """Points every ``step`` or a little less along the line, its ends kept."""
    along = lengths(points)
    count = max(int(np.ceil(along[-1] / step)), 1) + 1
    return part(points, along, np.linspace(0, along[-1], count))


def part(points: Points, along: NDArray[np.float64], places: NDArray[np.float64]) -> Points:
    """The line's points at ``places`` along it."""
    return np.stack([np.interp(places, along, points[:, 0]), np.interp(places, along, points[:, 1])], axis=1)


def extended(points: Points, length: float) -> Points:
    """The line with both ends drawn out by ``length``, or cut by it where it is negative."""
    along = lengths(points)
    if length < 0:
        cut = min(-length, along[-1] / 8)
        return part(points, along, np.linspace(cut, along[-1] - cut, len(points)))
    first, last = _direction(points[1] - points[0]), _direction(points[-1] - points[-2])
    return np.concatenate([points[:1] - length * first, points, points[-1:] + length * last])


def hooked(points: Points, length: float, angle: float) -> Points:
    """The line with a tick at its end, turned by ``angle`` against the line's end."""
    x, y = _direction(points[-1] - points[-2]) * length
    cosine, sine = np.cos(angle), np.sin(angle)
    return np.concatenate([points, points[-1:] + np.array([x * cosine - y * sine, x * sine + y * cosine])])


def trembling(points: Points, amplitude: float, waves: float, step: float, random: np.random.Generator) -> Points:
    """Evenly spread points moved at random, ``waves`` a unit of length."""
    noise: Points = gaussian_filter1d(
        random.standard_normal((len(points), 2)), 1 / (4 * waves * step), axis=0, mode="nearest"
    )
    return np.asarray(points + amplitude * noise / max(float(noise.std()), 0.1))


def hurried(points: Points, reach: float, step: float) -> Points:
    """Evenly spread points with corners rounded over ``reach``; the ends stay."""
    smooth: Points = gaussian_filter1d(points, reach / step, axis=0, mode="nearest")
    smooth[0], smooth[-1] = points[0], points[-1]
    return smooth


def _direction(chord: NDArray[np.float64]) -> NDArray[np.float64]:
    length = max(float(np.hypot(*chord)), 1e-9)
    return np.asarray(chord / length)
