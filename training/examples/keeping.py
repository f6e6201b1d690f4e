"""Examples kept in a file for as long as a training lasts: made once, by whichever worker comes first."""

import hashlib
import os
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import TypeVar

import numpy as np
from filelock import FileLock

from pipeline.mnist import LabelledRasters
from training.examples.example import Examples
from training.folders import delete_files

EXAMPLES = "examples"
Kept = TypeVar("Kept", LabelledRasters, Examples)


def kept(folder: Path, origin: str, form: type[Kept], make: Callable[[], Kept]) -> Kept:
    """What ``make`` makes, from a file in ``folder`` once it is there; ``origin`` is all that decides on it.

    If it makes none, nothing is kept.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = _path(folder, origin)
    with FileLock(folder / f"{EXAMPLES}.lock"):
        if not path.is_file():
            made = make()
            if not len(made.labels):
                return made
            _save(made, path)
    with np.load(path) as content:
        return form(*(content[name] for name in form._fields))


def kept_since(folder: Path, origin: str) -> datetime | None:
    """The local time at which the examples of this origin were made that are kept there; None if there are none."""
    path = _path(folder, origin)
    return datetime.fromtimestamp(path.stat().st_mtime, timezone.utc).astimezone() if path.is_file() else None


def _path(folder: Path, origin: str) -> Path:
    return folder / f"{EXAMPLES}-{hashlib.sha256(origin.encode()).hexdigest()[:12]}.npz"


def _save(examples: LabelledRasters | Examples, path: Path) -> None:
    unfinished = path.with_suffix(".unfinished")
    with unfinished.open("wb") as file:
        np.savez(file, **examples._asdict())
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def forget_kept(folder: Path) -> None:
    """Delete the examples that are kept there; of what else is there, nothing."""
    delete_files(folder, f"{EXAMPLES}[-.]*")
