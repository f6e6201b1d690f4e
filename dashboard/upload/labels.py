"""``labels.csv`` beside the images: what they really show, as ``training.evaluate`` wants it."""

import csv
import io
from collections.abc import Mapping
from posixpath import basename, dirname, join, normpath

from pipeline.messages import is_number

NAME = "labels.csv"
HEADER = ["file", "label"]


class LabelsError(ValueError):
    """A file of labels is not as it must be; the message is a sentence that says where and what is wanted."""


def is_labels(name: str) -> bool:
    """Whether a file of that name holds labels."""
    return basename(name).lower() == NAME


def read_labels(name: str, content: bytes) -> dict[str, str]:
    """The number of each file, by its path; paths are beside the file of labels, called ``name``.

    Raises:
        LabelsError: it is no CSV with the header ``file,label``, or a label is no number.
    """
    try:
        lines = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), skipinitialspace=True, strict=True)
        if [title.strip() for title in next(lines, [])] != HEADER:
            raise LabelsError(f"{name}: the first line must be {','.join(HEADER)}.")
        return dict(_label(name, lines.line_num, row) for row in lines if row)
    except (csv.Error, UnicodeDecodeError) as problem:
        raise LabelsError(f"{name} is no CSV file in UTF-8: write it anew, {','.join(HEADER)} first.") from problem


def label_of(name: str, labels: Mapping[str, str]) -> str | None:
    """What a file is said to show: by its whole path, else by its name alone; None if nothing is said."""
    return labels.get(normpath(name), labels.get(basename(name)))


def _label(name: str, line: int, row: list[str]) -> tuple[str, str]:
    if len(row) != len(HEADER) or not row[0]:
        raise LabelsError(f"{name}, line {line}: a file and its label are wanted.")
    label = row[1].strip()
    if not is_number(label):
        raise LabelsError(
            f"{name}, line {line}: the label {label[:40]!r} is no number; leave it empty if there is none."
        )
    return normpath(join(dirname(name), row[0])), label
