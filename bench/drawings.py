"""What is drawn: rasters as MNIST has them, or PNGs as a canvas makes them, each with the number that it says."""

import io
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipeline.mnist import LabelledRasters, read_mnist
from pipeline.settings import REPOSITORY
from producers.samples import FULL_INK, LabelledDrawing
from training.examples.strokes import Canvas, read_pen_digits, render

DATA = REPOSITORY.parent / "shared" / "data"
SIDE = 280
DIFFERENT_PNGS = 2_000
INK = np.array([0x16, 0x15, 0x2B])
"""The dashboard's ink; its paper is white."""
PEN = 18 / 280
DIGIT = 190 / 280
"""The pen's width and the digit's longer side by the canvas's: the dashboard's medium pen on a sheet of 280 pixels."""


def rasters(data: Path = DATA) -> list[LabelledDrawing]:
    """MNIST's 10,000 test images, 784 bytes each; without a folder ``mnist`` scikit-learn's digits, made alike.

    Raises:
        DatasetError: what is in that folder is damaged.
    """
    digits = read_mnist(data / "mnist", "test") if (data / "mnist").is_dir() else _digits_of_scikit_learn()
    return [
        LabelledDrawing(raster.tobytes(), str(label))
        for raster, label in zip(digits.rasters, digits.labels, strict=True)
    ]


def canvases(side: int = SIDE, count: int = DIFFERENT_PNGS, data: Path = DATA) -> list[LabelledDrawing]:
    """Digits on a square canvas of ``side`` pixels, as PNG files with an alpha channel.

    They are recorded strokes of a pen; without a folder ``pendigits`` scikit-learn's digits, enlarged.

    Raises:
        DatasetError: what is in that folder is damaged.
    """
    strokes = data / "pendigits" / "train.jsonl.gz"
    if strokes.is_file():
        canvas = Canvas(side, PEN * side, DIGIT * side)
        drawn = ((render(digit.strokes, canvas), digit.label) for digit in read_pen_digits(strokes))
    else:
        digits = _digits_of_scikit_learn()
        drawn = (
            (_enlarged(raster, side), int(label)) for raster, label in zip(digits.rasters, digits.labels, strict=True)
        )
    return [LabelledDrawing(png(luminance), str(label)) for luminance, label in islice(drawn, count)]


def png(luminance: NDArray[np.uint8]) -> bytes:
    """A PNG file of the dashboard's ink on its paper, as a browser's canvas gives it: RGB and alpha."""
    paper = luminance[..., np.newaxis] / 255
    colours = np.rint(INK + paper * (255 - INK)).astype(np.uint8)
    opaque = np.full((*luminance.shape, 1), 255, np.uint8)
    file = io.BytesIO()
    Image.fromarray(np.concatenate([colours, opaque], axis=2)).save(file, "PNG")
    return file.getvalue()


def _digits_of_scikit_learn() -> LabelledRasters:
    """1,797 digits of 8×8 in the middle of rasters of 28×28, white on black."""
    from sklearn.datasets import load_digits  # a second that most runs need not wait

    digits = load_digits()
    small = (Image.fromarray((ink * (255 / FULL_INK)).astype(np.uint8)) for ink in digits.images)
    inked = np.stack([np.asarray(image.resize((20, 20), Image.Resampling.LANCZOS)) for image in small])
    return LabelledRasters(np.pad(inked, ((0, 0), (4, 4), (4, 4))), digits.target.astype(np.uint8))


def _enlarged(raster: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    return 255 - np.asarray(Image.fromarray(raster).resize((side, side), Image.Resampling.BICUBIC))


KINDS: dict[str, Callable[[], list[LabelledDrawing]]] = {"raster": rasters, "png": canvases}
