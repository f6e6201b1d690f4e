"""Lines that mean nothing: what a pen leaves that is tried out, plays, crosses out, or is in a child's hand."""

from collections.abc import Callable

import numpy as np

from training.examples.strokes import Strokes
from training.examples.synthesis.curve import Points, resampled, spline

STEP = 0.05
"""Distance of the points of a line that wanders, in heights of a digit."""


def synthetic_scribble(random: np.random.Generator) -> Strokes:
    """Lines about one unit tall, longer and more tangled than any digit's."""
    weights = np.array(list(KINDS.values()))
    kinds = list(KINDS)
    return kinds[int(random.choice(len(kinds), p=weights / weights.sum()))](random)


def _through_points(random: np.random.Generator) -> Strokes:
    """A curve through points at random."""
    points = random.uniform(0, 1, (int(random.integers(9, 30)), 2)) * (random.uniform(0.5, 2.5), 1)
    return [resampled(spline(points, random.uniform(0, 1.2)), 0.03)]


def _wandering(random: np.random.Generator) -> Strokes:
    """A line that keeps turning a little, and turns back at the edges of a box."""
    count = int(random.integers(90, 300))
    headings = random.uniform(0, 2 * np.pi) + np.cumsum(random.normal(0, random.uniform(0.15, 0.6), count))
    way = np.cumsum(STEP * np.stack([np.cos(headings), np.sin(headings)], axis=1), axis=0)
    box = np.array([random.uniform(0.6, 1.8), 1.0])
    return [np.abs(way % (2 * box) - box)]


def _swinging(random: np.random.Generator) -> Strokes:
    """A closed curve that several swings across and down add up to, each as wide as chance has it."""
    swings = np.arange(1, int(random.integers(5, 10)))[:, np.newaxis]
    around = np.linspace(0, 2 * np.pi, 240)
    sizes, phases = random.normal(0, 1, (2, *swings.shape)), random.uniform(0, 2 * np.pi, (2, *swings.shape))
    points = (sizes * np.sin(swings * around + phases)).sum(axis=1).T
    return [points / np.ptp(points, axis=0) * (random.uniform(0.6, 1.6), 1)]


def _coil(random: np.random.Generator) -> Strokes:
    """Round and round and onwards, as to try a pen."""
    turns = random.uniform(3, 9)
    angles = np.linspace(0, 2 * np.pi * turns, int(turns * 24))
    onwards = random.uniform(0.12, 0.4) * angles / (2 * np.pi)
    breathing = 1 + 0.2 * np.sin(angles * random.uniform(0.1, 0.7) + random.uniform(0, 2 * np.pi))
    across = random.uniform(0.1, 0.5) * np.cos(angles) + onwards
    return [np.stack([across, 0.5 * breathing * np.sin(angles + random.uniform(-1, 1))], axis=1)]


def _spiral(random: np.random.Generator) -> Strokes:
    turns = random.uniform(3, 6) * random.choice([-1, 1])
    angles = np.linspace(0, 2 * np.pi * turns, int(abs(turns) * 24)) + random.uniform(0, 2 * np.pi)
    reach = np.linspace(random.uniform(0, 0.12), 0.5, len(angles))
    wobble = 1 + 0.1 * np.sin(angles * random.uniform(0.2, 0.8))
    circle = np.stack([np.cos(angles) * random.uniform(0.6, 1.6), np.sin(angles)], axis=1)
    return [circle * (reach * wobble)[:, np.newaxis] + 0.5]


def _hatching(random: np.random.Generator) -> Strokes:
    """A zigzag or separate parallel lines, as to cross something out."""
    count, angle = int(random.integers(5, 14)), random.uniform(0, np.pi)
    across = np.linspace(0, random.uniform(0.5, 1.5), 2 * count)
    along = np.tile([0.0, 1.0], count) + random.normal(0, 0.06, 2 * count)
    cosine, sine = np.cos(angle), np.sin(angle)
    points = np.stack([across * cosine - along * sine, across * sine + along * cosine], axis=1)
    return list(points.reshape(-1, 2, 2)) if random.random() < 0.3 else [points]


def _doodle(random: np.random.Generator) -> Strokes:
    """Bows, bars and polygons, each from some point of the one before: apart from it, it might be a digit."""
    shapes = [_bow, _bar, _polygon]
    strokes = [_polygon(random)]
    for _ in range(int(random.integers(3, 8))):
        start = strokes[-1][int(random.integers(len(strokes[-1])))]
        shape = shapes[int(random.integers(len(shapes)))](random)
        strokes.append(start + (shape - shape[0]))
    everything = np.concatenate(strokes)
    low, extent = everything.min(axis=0), np.ptp(everything, axis=0)
    return [(stroke - low) / max(extent[1], extent[0] / 2) for stroke in strokes]


def _bow(random: np.random.Generator) -> Points:
    angles = np.linspace(0, 2 * np.pi * random.uniform(0.3, 1), 24) + random.uniform(0, 2 * np.pi)
    return random.uniform(0.15, 0.5) * np.stack([np.cos(angles) * random.uniform(0.6, 1.4), np.sin(angles)], axis=1)


def _bar(random: np.random.Generator) -> Points:
    angle, length = random.uniform(0, np.pi), random.uniform(0.3, 1.0)
    along = np.linspace(-length / 2, length / 2, 9)
    return np.stack([along * np.cos(angle), along * np.sin(angle)], axis=1)


def _polygon(random: np.random.Generator) -> Points:
    angles = np.sort(random.uniform(0, 2 * np.pi, int(random.integers(3, 7))))
    corners = random.uniform(0.2, 0.5) * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return np.concatenate([corners, corners[:1]])


KINDS: dict[Callable[[np.random.Generator], Strokes], float] = {
    _through_points: 3,
    _wandering: 4,
    _swinging: 2,
    _coil: 2,
    _spiral: 1.5,
    _hatching: 2,
    _doodle: 3,
}
"""How often each is drawn, to the others."""
