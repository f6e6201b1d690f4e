"""Image files as people name them on a command line: files, folders, wildcards, ``-`` for standard input."""

import glob
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from pipeline.recognition.image_limits import MAX_BYTES

STDIN = "-"
EXTENSIONS = frozenset({".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"})
"""What is taken from a folder; a file that is named itself is taken whatever its name."""

Complain: TypeAlias = Callable[[str], None]


class ImageFileError(ValueError):
    """A file that cannot be sent; the message names it and says why."""


def find_images(arguments: Iterable[str], complain: Complain) -> list[str]:
    """The files that ``arguments`` name, in their order; wildcards and folders (recursively) give theirs sorted.

    An argument that names nothing is a sentence to ``complain``.
    """
    return [name for argument in arguments for name in _expand(argument, complain)]


def read_image(name: str) -> bytes:
    """The content of a file, or of standard input for ``-``.

    Raises:
        ImageFileError: it cannot be read, or is larger than a drawing may be.
    """
    try:
        with open(sys.stdin.fileno() if name == STDIN else name, "rb", closefd=name != STDIN) as file:
            value = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ImageFileError(f"{name}: {error.strerror}") from error
    if len(value) > MAX_BYTES:
        raise ImageFileError(f"{name}: larger than {MAX_BYTES // 2**20} MiB, the most that a drawing may have")
    return value


def _expand(argument: str, complain: Complain) -> list[str]:
    if os.path.isdir(argument):
        return _found(_images_in(argument, complain), f"{argument}: no image in this folder", complain)
    if argument == STDIN or os.path.lexists(argument):
        return [argument]
    if glob.has_magic(argument):
        matches = sorted(glob.glob(argument, recursive=True))
        names = (name for match in matches for name in _expand(match, complain))
        return _found(names, f"{argument}: no file matches", complain)
    return _found((), f"{argument}: no such file", complain)


def _images_in(folder: str, complain: Complain) -> Iterator[str]:
    for path, folders, files in os.walk(folder, onerror=lambda e: complain(f"{e.filename}: {e.strerror}")):
        folders.sort()
        yield from (os.path.join(path, name) for name in sorted(files) if _extension(name) in EXTENSIONS)


def _extension(name: str) -> str:
    return os.path.splitext(name)[1].lower()


def _found(names: Iterable[str], else_sentence: str, complain: Complain) -> list[str]:
    found = list(dict.fromkeys(names))  # a/** matches the folder and what is in it
    if not found:
        complain(else_sentence)
    return found
