"""Digits drawn with a pen: recorded strokes, rendered as a canvas would show them."""

import gzip
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Strokes = list[NDArray[np.float64]]
"""Each stroke of the pen: its points (n, 2) in drawing order, x to the right and y downward."""


@dataclass(frozen=True)
class PenDigit:
    """A digit as someone wrote it on a tablet."""

    label: int
    strokes: Strokes


@dataclass(frozen=True)
class Canvas:
    """What a digit is drawn on, black on white: pixels a side, the pen's width, the digit's longer side."""

    side: int = 280
    pen: float = 12.0
    digit: float = 190.0
    smooth: int = 3
    """Pixels are drawn this many times finer and averaged; 1 leaves jagged edges."""


def read_pen_digits(path: Path) -> list[PenDigit]:
    """Pen digits from gzipped JSON lines with a ``label`` and ``strokes`` [[[x, y], …], …].

    Raises:
        FileNotFoundError: there is no such file.
    """
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        samples = [json.loads(line) for line in lines]
    return [
        PenDigit(int(sample["label"]), [np.array(stroke, np.float64) for stroke in sample["strokes"]])
        for sample in samples
    ]


def render(strokes: Strokes, canvas: Canvas) -> NDArray[np.uint8]:
    """Luminance (side, side) of the strokes drawn in the middle of a canvas with a round pen."""
    fine = canvas.side * canvas.smooth
    image = Image.new("L", (fine, fine), 255)
    pen = ImageDraw.Draw(image)
    width = max(round(canvas.pen * canvas.smooth), 1)
    for stroke in _fitted(strokes, canvas.digit * canvas.smooth, fine / 2):
        pen.line(stroke.ravel().tolist(), fill=0, width=width, joint="curve")
        for x, y in stroke[[0, -1]]:
            pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=0)
    return np.asarray(image.reduce(canvas.smooth))


def distorted(strokes: Strokes, random: np.random.Generator) -> Strokes:
    """The strokes as another hand might have written them: turned, slanted, stretched, each point a little off."""
    angle, slant = random.normal(0, 0.1), random.normal(0, 0.15)
    stretch = np.exp(random.normal(0, 0.15))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    affine = turn @ np.array([[stretch, 0], [slant, 1]])
    return [stroke @ affine for stroke in strokes]


def _fitted(strokes: Strokes, side: float, middle: float) -> Strokes:
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = side / max(float((high - low).max()), 1e-6)
    return [(stroke - (low + high) / 2) * scale + middle for stroke in strokes]
