"""Examples kept in a file for as long as a training lasts: made once, by whichever worker comes first."""

import hashlib
import os
from collections.abc import Callable
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
    """What ``make`` makes, from a file in ``folder`` once it is there; ``origin`` is all that decides on it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{EXAMPLES}-{hashlib.sha256(origin.encode()).hexdigest()[:12]}.npz"
    with FileLock(folder / f"{EXAMPLES}.lock"):
        if not path.is_file():
            _save(make(), path)
    with np.load(path) as content:
        return form(*(content[name] for name in form._fields))


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
