"""Digits drawn with a pen: recorded strokes, rendered as a canvas would show them."""

import gzip
import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from pipeline.mnist import DatasetError

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


@dataclass(frozen=True)
class Pen:
    """A round pen, or a broad nib: width in pixels."""

    width: float
    swell: float = 0.0
    """Share of the width that lines along the nib lack."""
    nib: float = 0.0
    """Angle of the nib in radians."""

    def widths(self, stroke: NDArray[np.float64]) -> NDArray[np.float64]:
        """Width of the line at each point (n,) of a stroke (n, 2)."""
        if not self.swell or len(stroke) < 3:
            return np.full(len(stroke), self.width)
        across, down = np.gradient(stroke, axis=0).T
        along_nib = np.abs(np.cos(np.arctan2(down, across) - self.nib))
        return np.asarray(self.width * (1 - self.swell * along_nib))


def read_pen_digits(path: Path) -> list[PenDigit]:
    """Pen digits from gzipped JSON lines with a ``label`` and ``strokes`` [[[x, y], …], …].

    Raises:
        DatasetError: there is no such file, or it is damaged.
    """
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            digits = [_pen_digit(json.loads(line)) for line in lines]
        if not digits:
            raise ValueError("it is empty")
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError) as problem:
        raise DatasetError(f"{path} is no whole file of pen strokes: fetch it again.") from problem
    return digits


def render(strokes: Strokes, canvas: Canvas) -> NDArray[np.uint8]:
    """Luminance (side, side) of the strokes drawn in the middle of a canvas with a round pen."""
    placed = _fitted(strokes, canvas.digit, canvas.side / 2)
    return 255 - ink(placed, (canvas.side, canvas.side), Pen(canvas.pen), canvas.smooth)


def ink(strokes: Strokes, shape: tuple[int, int], pen: Pen, smooth: int = 2) -> NDArray[np.uint8]:
    """Strokes drawn where they are, in pixels: a layer (height, width) of ink from 0, none, to 255.

    Pixels are drawn ``smooth`` times finer and averaged; what lies outside the layer is lost.
    """
    height, width = shape
    image = Image.new("L", (width * smooth, height * smooth), 0)
    draw = ImageDraw.Draw(image)
    for stroke in strokes:
        _draw(draw, stroke * smooth, pen.widths(stroke) * smooth)
    return np.asarray(image.reduce(smooth))


def distorted(strokes: Strokes, random: np.random.Generator) -> Strokes:
    """The strokes as another hand might have written them: turned, slanted, stretched, each point a little off."""
    angle, slant = random.normal(0, 0.1), random.normal(0, 0.15)
    stretch = np.exp(random.normal(0, 0.15))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    affine = turn @ np.array([[stretch, 0], [slant, 1]])
    return [stroke @ affine for stroke in strokes]


def _pen_digit(sample: Any) -> PenDigit:
    return PenDigit(int(sample["label"]), [np.array(stroke, np.float64) for stroke in sample["strokes"]])


def _fitted(strokes: Strokes, side: float, middle: float) -> Strokes:
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = side / max(float((high - low).max()), 1e-6)
    return [(stroke - (low + high) / 2) * scale + middle for stroke in strokes]


def _draw(draw: ImageDraw.ImageDraw, stroke: NDArray[np.float64], widths: NDArray[np.float64]) -> None:
    """A polyline whose width varies, with round ends and joints."""
    steps = np.maximum(np.rint(widths), 1).astype(int)
    places = np.floor(stroke).astype(int)
    breaks = np.flatnonzero(np.diff(steps)) + 1
    for start, end in zip([0, *breaks.tolist()], [*breaks.tolist(), len(stroke) - 1], strict=True):
        draw.line(places[start : end + 1].ravel().tolist(), fill=255, width=int(steps[start]))
    low = np.rint(stroke - steps[:, np.newaxis] / 2).astype(int)
    for disc in np.concatenate([low, low + steps[:, np.newaxis] - 1], axis=1).tolist():
        draw.ellipse(disc, fill=255)
