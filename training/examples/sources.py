"""The data sets that folders hold, recognised by their content."""

import hashlib
from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

from pipeline.errors import InkstreamError
from pipeline.mnist import WHERE_TO_GET_THEM, LabelledRasters, read_mnist
from training.examples.strokes import PenDigit, read_pen_digits

USUAL = (Path("../shared/data/mnist"), Path("../shared/data/pendigits"))
PEN_FILE = "train.jsonl.gz"
VALIDATION_EVERY = 20
PEN_CHECKED = 0.1
NONE = LabelledRasters(np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.uint8))


@dataclass(frozen=True)
class Sources:
    """What there is to learn from and to check on; ``digest`` is a SHA-256 of all that is there for learning.

    ``corrected`` are digits that the stream saw and people labelled.
    """

    mnist: LabelledRasters = NONE
    mnist_test: LabelledRasters = NONE
    pen: list[PenDigit] = field(default_factory=list)
    digest: str = ""
    corrected: LabelledRasters = NONE


class Division(NamedTuple):
    """MNIST's digits and pen digits to learn from, and others of both to check on while learning and afterwards."""

    mnist: LabelledRasters
    pen: list[PenDigit]
    mnist_checked: LabelledRasters
    pen_checked: list[PenDigit]


def add_data_option(parser: ArgumentParser) -> None:
    """Let a command take the folders that `read_sources` reads; where nobody names any, those that are there."""
    here = [folder for folder in USUAL if folder.is_dir()]
    wanted = "folders of MNIST's idx files or pen strokes"
    parser.add_argument("--data", type=Path, nargs="+", default=here, metavar="DIR", help=wanted)


def divided(sources: Sources) -> Division:
    """Keep one in twenty of MNIST's training digits, and the last tenth of the pen digits, from being learnt."""
    checked = np.arange(len(sources.mnist.labels)) % VALIDATION_EVERY == 0
    kept, learnt = (LabelledRasters(*(part[chosen] for part in sources.mnist)) for chosen in (checked, ~checked))
    first = round(len(sources.pen) * (1 - PEN_CHECKED))
    return Division(learnt, sources.pen[:first], kept, sources.pen[first:])


def read_sources(folders: Sequence[Path]) -> Sources:
    """What the folders hold: MNIST's idx files, pen strokes in ``train.jsonl.gz``, or both in one.

    Raises:
        InkstreamError: there is no folder, or one holds neither; says what is wanted.
        DatasetError: a file is missing or damaged.
    """
    if not folders:
        usual = " nor ".join(map(str, USUAL))
        raise InkstreamError(f"There is no data at {usual}: name its folders with --data. {WHERE_TO_GET_THEM}.")
    mnist = [folder for folder in folders if _mnist_files(folder)]
    pen = [folder / PEN_FILE for folder in folders if (folder / PEN_FILE).is_file()]
    for folder in folders:
        if folder not in mnist and folder / PEN_FILE not in pen:
            wanted = f"train-images-idx3-ubyte.gz (MNIST) is missing, and so is {PEN_FILE} (pen strokes)"
            raise InkstreamError(f"{folder}: {wanted}. Name another folder with --data. {WHERE_TO_GET_THEM}.")
    return Sources(
        _joined(read_mnist(folder, "train") for folder in mnist),
        _joined(read_mnist(folder, "test") for folder in mnist),
        [digit for path in pen for digit in read_pen_digits(path)],
        _digest([*(path for folder in mnist for path in _mnist_files(folder)), *pen]),
    )


def _mnist_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("train-*-idx?-ubyte*"))


def _joined(parts: Iterable[LabelledRasters]) -> LabelledRasters:
    return LabelledRasters(*(np.concatenate(columns) for columns in zip(NONE, *parts, strict=True)))


def _digest(files: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()
