"""MNIST's test images, in the idx files of their authors (http://yann.lecun.com/exdb/mnist/), packed or not."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from producers.samples import LabelledDrawing

IMAGES = "t10k-images-idx3-ubyte"
LABELS = "t10k-labels-idx1-ubyte"
UNSIGNED_BYTES = 8
"""How an idx header says that the elements are bytes."""


class DatasetError(ValueError):
    """There is no MNIST in a folder, or it is damaged; the message says what is wanted."""


def mnist_drawings(folder: Path) -> Iterator[LabelledDrawing]:
    """The 10,000 test digits in their own order, each 784 raw bytes, white ink on black.

    Raises:
        DatasetError: the files are missing or damaged.
    """
    images = _read_idx(folder, IMAGES, dimensions=3)
    labels = _read_idx(folder, LABELS, dimensions=1)
    if len(images) != len(labels) or images.shape[1:] != (28, 28):
        raise DatasetError(f"{folder}: {images.shape} images and {len(labels)} labels are no MNIST")
    return (LabelledDrawing(image.tobytes(), str(label)) for image, label in zip(images, labels, strict=True))


def _read_idx(folder: Path, name: str, dimensions: int) -> NDArray[np.uint8]:
    """An idx file: two zeros, element type, number of dimensions; each one's length (>u4); the elements."""
    content = _content(folder, name)
    header = 4 + 4 * dimensions
    if content[:4] != bytes([0, 0, UNSIGNED_BYTES, dimensions]) or len(content) < header:
        raise DatasetError(f"{folder / name} is no idx file of bytes in {dimensions} dimensions")
    shape = np.frombuffer(content, ">u4", dimensions, offset=4)
    if len(content) != header + shape.prod(dtype=np.int64):
        raise DatasetError(f"{folder / name} is damaged: {len(content):,} bytes do not hold {shape.tolist()}")
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)


def _content(folder: Path, name: str) -> bytes:
    plain, packed = folder / name, folder / f"{name}.gz"
    try:
        return gzip.decompress(packed.read_bytes()) if packed.exists() else plain.read_bytes()
    except FileNotFoundError as error:
        raise DatasetError(f"{folder} has no {name}.gz: give --data a folder with MNIST's idx files") from error
    except (OSError, EOFError) as error:
        raise DatasetError(f"{folder / name} cannot be read: {error}") from error
