import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from producers.mnist import DatasetError, mnist_drawings

IMAGES, LABELS = "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"


def idx(elements: np.ndarray) -> bytes:
    shape = np.array(elements.shape, ">u4").tobytes()
    return bytes([0, 0, 8, elements.ndim]) + shape + elements.astype(np.uint8).tobytes()


@pytest.fixture
def images() -> np.ndarray:
    return np.arange(3 * 784).reshape(3, 28, 28) % 251


@pytest.mark.parametrize("packed", [True, False])
def test_drawings_are_the_raw_bytes_of_each_image_with_its_label(
    tmp_path: Path, images: np.ndarray, packed: bool
) -> None:
    for name, elements in ((IMAGES, images), (LABELS, np.array([7, 2, 1]))):
        file = tmp_path / (f"{name}.gz" if packed else name)
        file.write_bytes(gzip.compress(idx(elements)) if packed else idx(elements))
    drawings = list(mnist_drawings(tmp_path))
    assert [drawing.number for drawing in drawings] == ["7", "2", "1"]
    assert [drawing.value for drawing in drawings] == [image.astype(np.uint8).tobytes() for image in images]


def test_a_folder_without_mnist_is_told(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"has no t10k-images-idx3-ubyte\.gz: give --data"):
        mnist_drawings(tmp_path)


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda content: content[:-1], "is damaged"),
        (lambda content: content[:6], "no idx file"),
        (lambda _: b"", "no idx file"),
        (lambda content: content.replace(b"\0\0\x08\x03", b"\0\0\x0d\x03", 1), "no idx file"),
    ],
    ids=["cut off", "cut in the header", "empty", "floats"],
)
def test_damage_is_told(tmp_path: Path, images: np.ndarray, damage: Callable[[bytes], bytes], sentence: str) -> None:
    (tmp_path / IMAGES).write_bytes(damage(idx(images)))
    (tmp_path / LABELS).write_bytes(idx(np.array([7, 2, 1])))
    with pytest.raises(DatasetError, match=sentence):
        mnist_drawings(tmp_path)


def test_a_packed_file_that_is_cut_off_is_told(tmp_path: Path, images: np.ndarray) -> None:
    (tmp_path / f"{IMAGES}.gz").write_bytes(gzip.compress(idx(images))[:-20])
    with pytest.raises(DatasetError, match="cannot be read"):
        mnist_drawings(tmp_path)


def test_labels_must_be_as_many_as_images(tmp_path: Path, images: np.ndarray) -> None:
    (tmp_path / IMAGES).write_bytes(idx(images))
    (tmp_path / LABELS).write_bytes(idx(np.array([7, 2])))
    with pytest.raises(DatasetError, match="2 labels are no MNIST"):
        mnist_drawings(tmp_path)
