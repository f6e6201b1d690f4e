"""Folders that a person may have named: what a command leaves of them when it tidies up."""

from contextlib import suppress
from pathlib import Path


def delete_files(folder: Path, pattern: str) -> None:
    """Delete the files of a pattern, and the folder if nothing else is in it."""
    for path in folder.glob(pattern):
        path.unlink(missing_ok=True)
    with suppress(OSError):  # it is not empty, or not there
        folder.rmdir()
