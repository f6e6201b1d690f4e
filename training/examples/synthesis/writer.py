"""Writers who never were: what stays the same in one person's hand, drawn at random."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.examples.synthesis.styles import STYLES

WAVES = 3
"""Waves of the field that bends a hand's letters."""
CARELESS = 0.12
"""Share of writers whose strokes go astray."""


@dataclass(frozen=True, eq=False)
class Bend:
    """A smooth field that moves points: waves, each along ``frequency``, push by ``push``; lengths in digit heights."""

    frequency: NDArray[np.float64]
    phase: NDArray[np.float64]
    push: NDArray[np.float64]

    def __call__(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """The points (n, 2), moved."""
        return points + np.sin(points @ self.frequency + self.phase) @ self.push


@dataclass(frozen=True, eq=False)
class Writer:
    """A hand and its pen; lengths are shares of a digit's height."""

    styles: tuple[int, ...]
    """The favourite among the styles of each digit."""
    bend: Bend
    proportion: tuple[float, float]
    """Exponents of x and y: below 1 what is right or low takes less room."""
    slant: float
    """How far the top leans to the right."""
    width: float
    """Stretch of x."""
    roundness: float
    """0 joins the points of a curve by straight lines, 1 is a Catmull-Rom spline."""
    sloppiness: float
    """By how much two digits of the same style differ."""
    gap: float
    """By how far a second stroke misses its place."""
    overshoot: float
    """How far strokes run on beyond their end, or stop short of it."""
    hook: float
    """Length of the tick where the pen lands or leaves."""
    tremor: float
    tremor_waves: float
    """Amplitude of a trembling hand, and waves in a digit's height."""
    haste: float
    """Length over which a hurried pen rounds corners."""
    step: float
    """Distance of the points that the device records: a slow one gives polygons."""
    skips: float
    """Probability that the pen leaves a piece out."""
    pen: float
    """Width of the line."""
    swell: float
    nib: float
    """Share by which lines along the nib's angle (radians) are thinner."""


def any_writer(random: np.random.Generator) -> Writer:
    """A writer as they come: most write neatly, some tremble, hurry, or draw with a slow mouse."""
    mouse = random.random() < 0.2
    careless = random.random() ** 2 + (random.random() < CARELESS)
    return Writer(
        styles=tuple(any_style(digit, random) for digit in range(10)),
        bend=any_bend(0.019, random),
        proportion=(float(np.exp(random.normal(0, 0.1))), float(np.exp(random.normal(0, 0.09)))),
        slant=float(np.clip(random.normal(0.08, 0.18), -0.3, 0.6)),
        width=float(np.exp(np.clip(random.normal(0, 0.2), -0.45, 0.4))),
        roundness=float(np.clip(random.normal(0.95, 0.3), 0.15, 1.3)),
        sloppiness=0.006 + 0.016 * careless,
        gap=0.008 + 0.024 * careless,
        overshoot=float(random.normal(0, 0.01 + 0.012 * careless)),
        hook=float(random.uniform(0.03, 0.08)) if random.random() < 0.2 else 0.0,
        tremor=float(random.uniform(0.003, 0.014)) if random.random() < (0.7 if mouse else 0.25) else 0.0,
        tremor_waves=float(random.uniform(2, 10)),
        haste=float(random.choice([0.0, random.uniform(0.0, 0.035)])),
        step=float(random.uniform(0.05, 0.16) if mouse else random.uniform(0.012, 0.05)),
        skips=0.25 if random.random() < 0.08 else 0.0,
        pen=float(np.clip(np.exp(random.normal(np.log(0.055), 0.55)), 0.012, 0.2)),
        swell=float(random.choice([0.0, random.uniform(0, 0.6)])),
        nib=float(random.uniform(0, np.pi)),
    )


def any_style(digit: int, random: np.random.Generator) -> int:
    """One of a digit's styles, the common ones more often."""
    weights = np.cumsum([style.weight for style in STYLES[digit]])
    return int(np.searchsorted(weights, random.random() * weights[-1], side="right"))


def any_bend(push: float, random: np.random.Generator) -> Bend:
    """A field that moves points by about ``push``."""
    return Bend(
        random.normal(0, 4.0, (2, WAVES)), random.uniform(0, 2 * np.pi, WAVES), random.normal(0, push, (WAVES, 2))
    )
