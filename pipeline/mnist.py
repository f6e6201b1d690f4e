"""MNIST in its authors' idx files (http://yann.lecun.com/exdb/mnist/), gzipped or plain."""

import gzip
import struct
import zlib
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

UNSIGNED_BYTES = 8
PREFIXES = {"train": "train", "test": "t10k"}
COPIES = "https://ossci-datasets.s3.amazonaws.com/mnist/"
WHERE_TO_GET_THEM = f"Copies are at {COPIES}; name their folder with --data, to training.evaluate with --mnist"


class DatasetError(ValueError):
    """There is no MNIST in a folder, or it is damaged; the message says what is wanted."""


class LabelledRasters(NamedTuple):
    """Digits as MNIST has them: uint8 ``rasters`` (n, 28, 28), white ink on black; uint8 ``labels`` (n,)."""

    rasters: NDArray[np.uint8]
    labels: NDArray[np.uint8]


def read_mnist(folder: Path, part: Literal["train", "test"]) -> LabelledRasters:
    """MNIST's 60,000 training or 10,000 test images.

    Raises:
        DatasetError: a file is missing or damaged, or the two do not fit together; says what to do.
    """
    prefix = PREFIXES[part]
    rasters = read_idx(folder / f"{prefix}-images-idx3-ubyte")
    labels = read_idx(folder / f"{prefix}-labels-idx1-ubyte")
    if rasters.shape != (len(labels), 28, 28) or labels.ndim != 1:
        raise DatasetError(
            f"{folder}: images {rasters.shape} and labels {labels.shape} are no MNIST. {WHERE_TO_GET_THEM}"
        )
    return LabelledRasters(rasters, labels)


def read_idx(path: Path) -> NDArray[np.uint8]:
    """An array of bytes in idx form: 0, 0, 8 (unsigned bytes), the dimensions, each one's length, the bytes.

    ``path`` is without ``.gz``, whether or not the file is with it.

    Raises:
        DatasetError: there is no such file, or it is damaged.
    """
    try:
        return _array(_content(path))
    except (OSError, EOFError, struct.error, zlib.error, ValueError) as problem:
        if isinstance(problem, DatasetError):
            raise
        raise DatasetError(f"{path} is no whole idx file of bytes: fetch it again. {WHERE_TO_GET_THEM}") from problem


def _array(idx: bytes) -> NDArray[np.uint8]:
    zeros, kind, dimensions = struct.unpack_from(">HBB", idx)
    if (zeros, kind) != (0, UNSIGNED_BYTES):
        raise ValueError("its first bytes are not 0, 0, 8")
    shape = struct.unpack_from(f">{dimensions}I", idx, 4)
    return np.frombuffer(idx, np.uint8, offset=4 * (1 + dimensions)).reshape(shape)


def _content(path: Path) -> bytes:
    zipped = path.with_name(path.name + ".gz")
    if zipped.is_file():
        return gzip.decompress(zipped.read_bytes())
    if path.is_file():
        return path.read_bytes()
    raise DatasetError(f"{zipped} is missing, and so is it without .gz. {WHERE_TO_GET_THEM}")
