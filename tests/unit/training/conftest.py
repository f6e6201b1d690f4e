import gzip
import json
import struct
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from pipeline.mnist import LabelledRasters
from pipeline.recognition.lattice import digit_of


@pytest.fixture(scope="session")
def digits() -> LabelledRasters:
    """200 real digits in MNIST's form."""
    real = load_digits()
    rasters = [digit_of((image * 15).astype(np.uint8)) for image in real.images[:200]]
    return LabelledRasters(np.stack(rasters), real.target[:200].astype(np.uint8))


@pytest.fixture(scope="session")
def mnist_folder(digits: LabelledRasters, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as MNIST's is, with those digits both to learn from and to test on."""
    folder = tmp_path_factory.mktemp("mnist")
    for prefix in ("train", "t10k"):
        write_idx(folder / f"{prefix}-images-idx3-ubyte.gz", digits.rasters)
        write_idx(folder / f"{prefix}-labels-idx1-ubyte.gz", digits.labels)
    return folder


def write_idx(path: Path, array: NDArray[np.uint8]) -> None:
    header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    path.write_bytes(gzip.compress(header + array.tobytes()))


@pytest.fixture
def pen_folder(tmp_path: Path) -> Path:
    """Pen strokes of twenty digits, as the data set has them."""
    folder = tmp_path / "pen"
    folder.mkdir()
    lines = [json.dumps({"label": "1", "strokes": [[[0, 0], [n, 80]]]}) for n in range(20)]
    (folder / "train.jsonl.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    return folder
