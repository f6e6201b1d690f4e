"""What lies under and around the ink: paper, its light, dirt, and what a camera or a file format does to it."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter
from scipy.special import ndtri

Layer = NDArray[np.uint8]

NOISE = np.clip(ndtri((np.arange(256) + 0.5) / 256), -3, 3).astype(np.float32)
"""Quantiles of the normal distribution: noise from random bytes, many times faster than drawing normal numbers."""


def on_paper(ink: Layer, random: np.random.Generator) -> NDArray[np.uint8]:
    """Ink (height, width) seen on a ground (height, width): most often plain black on white, as a canvas shows it."""
    if random.random() < 0.5:
        return 255 - ink
    ground, colour = random.uniform(190, 256), random.uniform(0, 110)
    if random.random() < 0.2:
        ground, colour = random.uniform(0, 60), random.uniform(170, 256)
    grey = ground + (colour - ground) / 255 * ink.astype(np.float32)
    if random.random() < 0.3:
        grey += _uneven_light(ink.shape, random)
    if random.random() < 0.4:
        grey += random.uniform(1, 9) * NOISE[random.integers(0, 256, ink.shape, np.uint8)]
    return _photographed(np.clip(grey, 0, 255).astype(np.uint8), random)


def any_dirt(layers: list[Layer], height: float, random: np.random.Generator) -> list[Layer]:
    """At times specks, more seldom a line under the number: ink that belongs to no digit."""
    image = Image.new("L", (layers[0].shape[1], layers[0].shape[0]), 0)
    specked, underlined = random.random() < 0.15, random.random() < 0.03
    if specked:
        _draw_specks(ImageDraw.Draw(image), image.size, height, random)
    if underlined:
        _draw_underline(ImageDraw.Draw(image), layers, height, random)
    return [np.asarray(image)] if specked or underlined else []


def _draw_specks(draw: ImageDraw.ImageDraw, size: tuple[int, int], height: float, random: np.random.Generator) -> None:
    for _ in range(int(random.integers(1, 7))):
        x, y = random.uniform(0, size[0]), random.uniform(0, size[1])
        wide, tall = height * random.uniform(0.004, 0.05, 2) * random.uniform(0.3, 1)
        draw.ellipse((x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2), fill=int(random.integers(60, 256)))


def _draw_underline(draw: ImageDraw.ImageDraw, layers: list[Layer], height: float, random: np.random.Generator) -> None:
    inked = np.maximum.reduce([layer.any(axis=1) for layer in layers])
    columns = np.flatnonzero(np.maximum.reduce([layer.any(axis=0) for layer in layers]))
    y = np.flatnonzero(inked)[-1] + height * random.uniform(0.1, 0.25)
    ends = [(columns[0], y), (columns[-1], y + height * random.normal(0, 0.03))]
    draw.line(ends, fill=255, width=max(round(height * random.uniform(0.01, 0.06)), 1))


def _uneven_light(size: tuple[int, ...], random: np.random.Generator) -> NDArray[np.float32]:
    down, across = (np.linspace(-1, 1, side, dtype=np.float32) for side in size)
    steep, slanted, bowl = random.normal(0, 14, 3).astype(np.float32)
    light: NDArray[np.float32] = (steep * down)[:, np.newaxis] + slanted * across + bowl * np.outer(down, across)
    return light


def _photographed(grey: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
    image = Image.fromarray(grey)
    if random.random() < 0.2:
        image = image.filter(ImageFilter.GaussianBlur(random.uniform(0.3, max(min(grey.shape) / 150, 0.6))))
    if random.random() < 0.2:
        file = io.BytesIO()
        image.save(file, "JPEG", quality=int(random.integers(25, 95)))
        image = Image.open(file)
    return np.asarray(image)
