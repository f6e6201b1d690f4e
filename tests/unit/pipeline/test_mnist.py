import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.mnist import DatasetError, read_idx, read_mnist

DIGITS = np.random.default_rng(0).integers(0, 256, (3, 28, 28), np.uint8)


def idx(array: NDArray[np.uint8]) -> bytes:
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize(("part", "prefix"), [("train", "train"), ("test", "t10k")])
def test_rasters_and_labels_are_read(tmp_path: Path, zipped: bool, part: str, prefix: str) -> None:
    for name, array in {"images-idx3": DIGITS, "labels-idx1": np.array([7, 0, 9], np.uint8)}.items():
        path = tmp_path / f"{prefix}-{name}-ubyte{'.gz' * zipped}"
        path.write_bytes(gzip.compress(idx(array)) if zipped else idx(array))

    rasters, labels = read_mnist(tmp_path, part)

    assert np.array_equal(rasters, DIGITS)
    assert labels.tolist() == [7, 0, 9]


def test_a_missing_file_is_named_and_so_is_the_option(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"train-images-idx3-ubyte\.gz is missing.*--data"):
        read_mnist(tmp_path, "train")


@pytest.mark.parametrize(
    "content", [b"", b"\0\0\x08", idx(DIGITS)[:-1], idx(DIGITS) + b"\0", b"\0\0\x0d\x01" + bytes(8), bytes(16)]
)
def test_what_is_no_idx_file_of_bytes_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "images").write_bytes(content)

    with pytest.raises(DatasetError, match="no whole idx file"):
        read_idx(tmp_path / "images")


def test_a_cut_off_gzip_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "images.gz").write_bytes(gzip.compress(idx(DIGITS))[:-20])

    with pytest.raises(DatasetError, match="no whole idx file"):
        read_idx(tmp_path / "images")


def test_labels_must_be_as_many_as_images(tmp_path: Path) -> None:
    (tmp_path / "t10k-images-idx3-ubyte").write_bytes(idx(DIGITS))
    (tmp_path / "t10k-labels-idx1-ubyte").write_bytes(idx(np.array([7, 2], np.uint8)))

    with pytest.raises(DatasetError, match="are no MNIST"):
        read_mnist(tmp_path, "test")
