"""Numbers put together from single digits, on pages as people draw them; it is known whose each drop of ink is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.examples.layout import Placed, Spacing, spread
from training.examples.paper import any_dirt, on_paper
from training.examples.strokes import Pen, Strokes, ink

Layer = NDArray[np.uint8]
"""Ink (height, width): 0 none, 255 full."""

NO_DIGIT = -1
"""The label of a scrawl, which is no part of the number."""
WIDEST = 1600
"""Pixels: no page is wider."""


@dataclass(frozen=True)
class Page:
    """A drawing: ``grey`` (height, width), mostly dark on light, and the ``number`` on it.

    ``layers`` holds the ink of each digit by itself, from left to right; dirt and underlines are in none of them.
    """

    grey: NDArray[np.uint8]
    number: str
    layers: list[Layer]


def compose(
    digits: Sequence[tuple[int, Strokes | Layer]],
    random: np.random.Generator,
    pen: Pen | None = None,
    height: float | None = None,
    spacing: Spacing | None = None,
) -> Page:
    """The digits, left to right, as somebody may have drawn them: strokes in any unit, or ink (h, w) as in MNIST.

    Args:
        digits: labels and what is to be seen; the label of a scrawl is ``NO_DIGIT``, its unit the digits' height.
        random: decides on all the rest.
        pen: its width is a share of the digits' height; any pen if there is none.
        height: pixels of most digits; 10 to a few hundred if there is none.
        spacing: how they follow each other; any way if there is none.
    """
    height = height or any_height(random)
    pen = pen or any_pen(random)
    smooth = 1 if random.random() < 0.12 else 4 if height < 60 else 2
    heights = [_jittered(height, random) for _ in digits]
    drawn = [
        drawn_digit(shape, label, tall, height, pen, smooth)
        for (label, shape), tall in zip(digits, heights, strict=True)
    ]
    placed, size = spread(drawn, height, WIDEST, random, spacing)
    layers = [_layer(one, size) for one in placed]
    dirt = any_dirt(layers, height, random)
    number = "".join(str(label) for label, _ in digits if label != NO_DIGIT)
    return Page(on_paper(np.maximum.reduce([*layers, *dirt]), random), number, layers)


def drawn_digit(shape: Strokes | Layer, label: int, height: float, usual: float, pen: Pen, smooth: int) -> Layer:
    """The ink of one digit, as tall as asked (or nearly as wide), and nothing around it; a dot stays a dot.

    The width of the pen is a share of the ``usual`` height, in pixels; a pixel is drawn ``smooth`` times finer.
    """
    if isinstance(shape, np.ndarray):
        return _cropped(_scaled(shape, height))
    points = np.concatenate(shape)
    low, extent = points.min(axis=0), np.ptp(points, axis=0)
    scale = height / (1.0 if label == NO_DIGIT else max(float(extent[1]), 0.6 * float(extent[0]), 1e-6))
    width = max(pen.width * usual, 0.7)
    edge = width / 2 + 1
    columns, rows = np.ceil(extent * scale + 2 * edge).astype(int).tolist()
    placed = [(stroke - low) * scale + edge for stroke in shape]
    return _cropped(ink(placed, (rows, columns), Pen(width, pen.swell, pen.nib), smooth))


def any_height(random: np.random.Generator) -> float:
    """Pixels of a digit: mostly 40 to 250, at times very few."""
    low, high = (11, 36) if random.random() < 0.2 else (36, 260)
    return float(np.exp(random.uniform(np.log(low), np.log(high))))


def any_pen(random: np.random.Generator) -> Pen:
    """From a hair line to a broad marker; the width is a share of the digits' height."""
    width = float(np.clip(np.exp(random.normal(np.log(0.05), 0.6)), 0.01, 0.2))
    return Pen(width, float(random.choice([0.0, random.uniform(0, 0.6)])), float(random.uniform(0, np.pi)))


def _jittered(height: float, random: np.random.Generator) -> float:
    return height * float(np.exp(np.clip(random.normal(0, 0.08), -0.25, 0.25)))


def _scaled(raster: Layer, height: float) -> Layer:
    """A raster's ink as tall as asked, its edges as sharp as before however much larger it has become."""
    raster = _cropped(raster)
    scale = height / max(raster.shape[0], 0.6 * raster.shape[1])
    rows, columns = (max(round(side * scale), 1) for side in raster.shape)
    large = Image.fromarray(np.pad(raster, 1)).resize(
        (columns + round(2 * scale), rows + round(2 * scale)), Image.Resampling.BICUBIC
    )
    sharper = (np.asarray(large, np.float32) - 127) * max(scale / 2, 1) + 127
    return np.clip(sharper, 0, 255).astype(np.uint8) if scale > 2 else np.asarray(large)


def _cropped(layer: Layer) -> Layer:
    rows, columns = np.flatnonzero(layer.any(axis=1)), np.flatnonzero(layer.any(axis=0))
    return layer[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] if rows.size else np.full((1, 1), 255, np.uint8)


def _layer(placed: Placed, size: tuple[int, int]) -> Layer:
    layer = np.zeros(size, np.uint8)
    rows, columns = placed.ink.shape
    layer[placed.top : placed.top + rows, placed.left : placed.left + columns] = placed.ink
    return layer
