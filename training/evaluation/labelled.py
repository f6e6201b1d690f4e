"""Drawings whose number is known: folders with a ``labels.csv``, MNIST's images, and these made smaller."""

import csv
import io
import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipeline.mnist import LabelledRasters
from pipeline.recognition.image_limits import MAX_BYTES

LABELS = "labels.csv"
HEADER = ["file", "label"]
SIDES = (14, 10, 7)
"""Pixels a side to which MNIST's images are made smaller, to see how tiny ones are read."""

Grey = NDArray[np.uint8]


class LabelsError(ValueError):
    """A folder of labelled drawings is not as it must be; the message, a sentence, says where and what is wanted."""


class LabelledDrawing(NamedTuple):
    """A drawing, the number in it as a string, "" where it holds none, and how to get its bytes, when they are due."""

    file: str
    label: str
    value: Callable[[], bytes]


def labelled_folder(folder: Path) -> list[LabelledDrawing]:
    """The images that a folder's ``labels.csv`` names, in its order; none is opened yet.

    Raises:
        LabelsError: ``labels.csv`` is missing or not as it must be, or names a file twice or one that is not there.
    """
    labels = _labels(folder / LABELS)
    absent = [file for file, _ in labels if not (folder / file).is_file()]
    if absent:
        others = f" and {len(absent) - 1} more" if len(absent) > 1 else ""
        raise LabelsError(f"{folder / LABELS} names {absent[0]!r}{others}, which the folder does not hold")
    return [LabelledDrawing(file, label, partial(_content, folder / file)) for file, label in labels]


def labelled_mnist(images: LabelledRasters) -> list[LabelledDrawing]:
    """MNIST's images as raw rasters of 784 bytes."""
    return _labelled(images.rasters, images.labels, Grey.tobytes)


def labelled_pictures(pictures: Sequence[Grey], labels: Sequence[int]) -> list[LabelledDrawing]:
    """Luminances (height, width), each of one digit, as PNG files."""
    return _labelled(pictures, labels, _png)


def shrunk_mnist(images: LabelledRasters, side: int) -> list[LabelledDrawing]:
    """MNIST's images averaged to ``side``×``side`` pixels, as PNG files of that size."""
    return _labelled(images.rasters, images.labels, lambda raster: _png(_shrunk(raster, side)))


def _labelled(
    pictures: Sequence[Grey] | Grey, labels: Sequence[int] | Grey, encode: Callable[[Grey], bytes]
) -> list[LabelledDrawing]:
    return [
        LabelledDrawing(f"image {index}", str(label), partial(encode, picture))
        for index, (picture, label) in enumerate(zip(pictures, labels, strict=True))
    ]


def _labels(path: Path) -> list[tuple[str, str]]:
    """File and label of each drawing."""
    labels: dict[str, tuple[str, str]] = {}
    for line, file, label in _rows(path):
        place = os.path.normpath(file)
        if place in labels:
            raise LabelsError(f"{path}, line {line}: {file!r} is there twice")
        if not (label.isascii() and (label.isdigit() or not label)):
            raise LabelsError(f"{path}, line {line}: the label {label!r} is no number; leave it empty if there is none")
        labels[place] = file, label
    if not labels:
        raise LabelsError(f"{path} names no image: give each a line, its file and its number")
    return list(labels.values())


def _rows(path: Path) -> Iterator[tuple[int, str, str]]:
    """Line number, file and label of each row that is not blank."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file, skipinitialspace=True, strict=True)
            if [name.strip() for name in next(lines, [])] != HEADER:
                raise LabelsError(f"{path}: the first line must be {','.join(HEADER)}")
            for row in filter(None, lines):
                if len(row) != len(HEADER) or not row[0]:
                    raise LabelsError(f"{path}, line {lines.line_num}: a file and its label are wanted, not {row}")
                yield lines.line_num, row[0], row[1].strip()
    except OSError as problem:
        reason = f"{path} cannot be read ({problem.strerror}): it lists the images, as {','.join(HEADER)}"
        raise LabelsError(reason) from problem
    except (csv.Error, UnicodeDecodeError) as problem:
        raise LabelsError(f"{path} is no CSV file in UTF-8: {problem}") from problem


def _content(path: Path) -> bytes:
    """The bytes of a file, as many as tell whether it is too large to be a drawing."""
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _shrunk(raster: Grey, side: int) -> Grey:
    return np.asarray(Image.fromarray(raster).resize((side, side), Image.Resampling.BOX))


def _png(picture: Grey) -> bytes:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG", compress_level=1)
    return file.getvalue()
