"""Digits as a writer would pen them."""

import numpy as np

from training.examples.strokes import Strokes
from training.examples.synthesis.curve import Points, extended, hooked, hurried, resampled, spline, trembling
from training.examples.synthesis.styles import STYLES, Style
from training.examples.synthesis.writer import Bend, Writer, any_bend, any_style

FAITHFUL = 0.9
"""How often a writer writes a digit in the favourite style."""
FINE_STEP = 0.02
"""Distance of points while a stroke takes shape, in digit heights."""


def synthetic_digit(label: int, writer: Writer, random: np.random.Generator) -> Strokes:
    """A digit in a writer's hand: about one unit tall, no two alike."""
    favourite = random.random() < FAITHFUL
    index = writer.styles[label] if favourite else any_style(label, random)
    return written(STYLES[label][index], writer, random)


def written(style: Style, writer: Writer, random: np.random.Generator) -> Strokes:
    """Strokes of a style, in a writer's hand."""
    bend = any_bend(writer.sloppiness, random)
    strokes = [_penned(stroke, writer, random) for stroke in _curves(style, writer, bend, random)]
    if random.random() < writer.skips:
        strokes = _with_a_piece_left_out(strokes, random)
    return [_leaned(stroke, writer) for stroke in strokes]


def _curves(style: Style, writer: Writer, bend: Bend, random: np.random.Generator) -> Strokes:
    curves: Strokes = []
    for section in style.sections:
        points = bend(writer.bend(_proportioned(section.points, writer)))
        points = points + random.normal(0, writer.sloppiness / 3, points.shape)
        if section.follows:
            points[0] = curves[-1][-1]
            curves[-1] = np.concatenate([curves[-1][:-1], spline(points, writer.roundness)])
        else:
            off = random.normal(0, writer.gap, 2) if curves else 0.0
            curves.append(spline(points + off, writer.roundness))
    return curves


def _proportioned(points: Points, writer: Writer) -> Points:
    return np.sign(points) * np.abs(points) ** writer.proportion


def _penned(curve: Points, writer: Writer, random: np.random.Generator) -> Points:
    curve = extended(resampled(curve, FINE_STEP), writer.overshoot * abs(random.normal(1, 0.5)))
    if writer.haste and len(curve) > 5:
        curve = hurried(curve, writer.haste, FINE_STEP)
    if writer.tremor:
        curve = trembling(curve, writer.tremor, writer.tremor_waves, FINE_STEP, random)
    if writer.hook and len(curve) > 10 and random.random() < 0.5:
        curve = hooked(curve, writer.hook, random.normal(0, 1.2))
    return resampled(curve, writer.step)


def _leaned(stroke: Points, writer: Writer) -> Points:
    x, y = stroke.T
    return np.stack([x * writer.width + writer.slant * (1 - y), y], axis=1)


def _with_a_piece_left_out(strokes: Strokes, random: np.random.Generator) -> Strokes:
    """A gap of up to a tenth of the height somewhere in the longest stroke."""
    longest = max(range(len(strokes)), key=lambda index: len(strokes[index]))
    fine = resampled(strokes[longest], FINE_STEP)
    missing = int(random.integers(2, 6))
    if len(fine) < 6 * missing:
        return strokes
    start = int(random.integers(missing, len(fine) - 2 * missing))
    return [*strokes[:longest], fine[:start], fine[start + missing :], *strokes[longest + 1 :]]
