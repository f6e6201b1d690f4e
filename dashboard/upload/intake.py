"""What an upload holds: images, on their own and in archives, and what they are said to show."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePosixPath
from typing import BinaryIO, NamedTuple
from zipfile import ZipFile, ZipInfo

from dashboard.upload.archive import ArchiveError, is_archive, open_archive, read_member
from dashboard.upload.labels import LabelsError, is_labels, read_labels
from producers.image_files import EXTENSIONS

MACINTOSH = "__MACOSX"
"""Where macOS puts what it knows of the files beside it."""


class Image(NamedTuple):
    """An image that was found: where, and how to get its bytes when they are due.

    ``read`` raises `ArchiveError`.
    """

    name: str
    read: Callable[[], bytes]


@dataclass(slots=True)
class Intake:
    """What was found; ``troubles`` are sentences, and ``passed_over`` counts files that are no images."""

    images: list[Image] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)
    passed_over: int = 0


def take_in(uploads: Iterable[BinaryIO]) -> Intake:
    """What the files hold. Archives are listed, and nothing in them but labels is read."""
    intake = Intake()
    for upload in uploads:
        name = PurePosixPath(upload.name.replace("\\", "/")).name
        start = upload.read(4)
        upload.seek(0)
        if is_archive(start):
            _take_in_archive(name, upload, intake)
        else:
            _take_in(name, partial(_whole, upload), intake)
    return intake


def _take_in_archive(name: str, file: BinaryIO, intake: Intake) -> None:
    try:
        archive = open_archive(file)
    except ArchiveError as error:
        intake.troubles.append(f"{name}: {error}")
        return
    for member in _members(archive):
        _take_in(member.filename, partial(read_member, archive, member), intake)


def _members(archive: ZipFile) -> Iterator[ZipInfo]:
    for member in archive.infolist():
        parts = PurePosixPath(member.filename).parts
        if not (member.is_dir() or MACINTOSH in parts or any(part.startswith(".") for part in parts)):
            yield member


def _take_in(name: str, read: Callable[[], bytes], intake: Intake) -> None:
    if is_labels(name):
        _take_in_labels(name, read, intake)
    elif PurePosixPath(name).suffix.lower() in EXTENSIONS:
        intake.images.append(Image(name, read))
    else:
        intake.passed_over += 1


def _take_in_labels(name: str, read: Callable[[], bytes], intake: Intake) -> None:
    try:
        intake.labels |= read_labels(name, read())
    except LabelsError as error:
        intake.troubles.append(str(error))
    except ArchiveError as error:
        intake.troubles.append(f"{name}: {error}")


def _whole(upload: BinaryIO) -> bytes:
    upload.seek(0)
    return upload.read()
