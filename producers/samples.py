"""Real handwriting that needs no download: scikit-learn's 1,797 digits of 8x8 pixels, as image files.

Alpaydin, Kaynak: Optical Recognition of Handwritten Digits, UCI (1998), CC BY 4.0.
"""

import io
from collections.abc import Iterator
from itertools import cycle, islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

FULL_INK = 16
SIDE = 32
MARGIN = 8
"""The digits fill their rasters to the edge: recognition wants to see the ground around them."""


class LabelledDrawing(NamedTuple):
    """The value of a drawing's record, and the number that it really says."""

    value: bytes
    number: str


def sample_drawings(count: int) -> Iterator[LabelledDrawing]:
    """``count`` digits as PNG files of 48x48, dark ink on a light ground; from the start again after 1,797."""
    from sklearn.datasets import load_digits  # half a second, which importing this module should not take

    digits = load_digits()
    for image, label in islice(cycle(zip(digits.images, digits.target, strict=True)), count):
        yield LabelledDrawing(_png(image), str(label))


def _png(ink: NDArray[np.float64]) -> bytes:
    grey = Image.fromarray((255 - ink * (255 / FULL_INK)).astype(np.uint8))
    drawing = ImageOps.expand(grey.resize((SIDE, SIDE), Image.Resampling.LANCZOS), MARGIN, fill=255)
    file = io.BytesIO()
    drawing.save(file, "PNG")
    return file.getvalue()
