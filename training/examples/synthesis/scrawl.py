"""What people draw that is no digit: letters, signs, pictures, scribbles."""

from collections.abc import Callable

import numpy as np

from training.examples.strokes import Strokes
from training.examples.synthesis.curve import Points, lengths, resampled, spline
from training.examples.synthesis.digit import written
from training.examples.synthesis.signs import SIGNS
from training.examples.synthesis.styles import STYLES
from training.examples.synthesis.writer import any_style, any_writer

FRAGMENT = 0.4
"""No more of a digit than this is left in a fragment, as a share of its length: no digit can be told from it."""
STRAIGHT = 0.8
"""A fragment whose ends are further apart than this share of its length might be taken for a 1."""


def synthetic_scrawl(random: np.random.Generator) -> Strokes:
    """Something that is no digit and does not look like one, about one unit tall."""
    kinds: list[tuple[float, Callable[[np.random.Generator], Strokes]]] = [
        (0.55, _sign),
        (0.15, _scribble),
        (0.08, _hatching),
        (0.06, _spiral),
        (0.06, _dots),
        (0.10, _fragments),
    ]
    weights = np.array([weight for weight, _ in kinds])
    return kinds[int(random.choice(len(kinds), p=weights))][1](random)


def _sign(random: np.random.Generator) -> Strokes:
    return written(SIGNS[int(random.integers(len(SIGNS)))], any_writer(random), random)


def _scribble(random: np.random.Generator) -> Strokes:
    """A curve through points at random, longer than any digit is."""
    points = random.uniform(0, 1, (int(random.integers(9, 30)), 2)) * (random.uniform(0.5, 2.5), 1)
    return [resampled(spline(points, random.uniform(0, 1.2)), 0.03)]


def _hatching(random: np.random.Generator) -> Strokes:
    """A zigzag or separate parallel lines, as to cross something out."""
    count, angle = int(random.integers(5, 14)), random.uniform(0, np.pi)
    across = np.linspace(0, random.uniform(0.5, 1.5), 2 * count)
    along = np.tile([0.0, 1.0], count) + random.normal(0, 0.06, 2 * count)
    cosine, sine = np.cos(angle), np.sin(angle)
    points = np.stack([across * cosine - along * sine, across * sine + along * cosine], axis=1)
    return list(points.reshape(-1, 2, 2)) if random.random() < 0.3 else [points]


def _spiral(random: np.random.Generator) -> Strokes:
    turns = random.uniform(3, 6) * random.choice([-1, 1])
    angles = np.linspace(0, 2 * np.pi * turns, int(abs(turns) * 24)) + random.uniform(0, 2 * np.pi)
    reach = np.linspace(random.uniform(0, 0.12), 0.5, len(angles))
    wobble = 1 + 0.1 * np.sin(angles * random.uniform(0.2, 0.8))
    circle = np.stack([np.cos(angles) * random.uniform(0.6, 1.6), np.sin(angles)], axis=1)
    return [circle * (reach * wobble)[:, np.newaxis] + 0.5]


def _dots(random: np.random.Generator) -> Strokes:
    """Dots and dashes: none longer than a few pen widths, and none upright, as that might be a 1."""
    return [_dot(random) for _ in range(int(random.integers(1, 8)))]


def _dot(random: np.random.Generator) -> Points:
    start: Points = random.uniform(0, 1, 2) * (1.5, 1)
    return np.stack([start, start + random.normal(0, 0.02, 2) * (4, 1)])


def _fragments(random: np.random.Generator) -> Strokes:
    """Short bent pieces of strokes of several digits, here and there."""
    writer = any_writer(random)
    pieces: Strokes = []
    while len(pieces) < 2 or random.random() < 0.5:
        digit = int(random.choice([0, 2, 3, 5, 6, 8, 9]))
        piece = _piece(written(STYLES[digit][any_style(digit, random)], writer, random)[0], random)
        if np.hypot(*(piece[-1] - piece[0])) < STRAIGHT * lengths(piece)[-1]:
            pieces.append(piece + random.uniform(0, 0.5, 2) + np.array([0.5 * len(pieces), 0]))
    return pieces


def _piece(stroke: Points, random: np.random.Generator) -> Points:
    fine = resampled(stroke, 0.03)
    count = max(int(len(fine) * random.uniform(0.2, FRAGMENT)), 3)
    start = int(random.integers(0, max(len(fine) - count, 1)))
    return fine[start : start + count]
