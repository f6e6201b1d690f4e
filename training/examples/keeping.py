"""Examples kept in a file for as long as a training lasts: made once, by whichever worker comes first."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
from filelock import FileLock

from pipeline.mnist import LabelledRasters


def kept(folder: Path, origin: str, make: Callable[[], LabelledRasters]) -> LabelledRasters:
    """What ``make`` makes, from a file in ``folder`` once it is there; ``origin`` is all that decides on it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"examples-{hashlib.sha256(origin.encode()).hexdigest()[:12]}.npz"
    with FileLock(folder / "examples.lock"):
        if not path.is_file():
            _save(make(), path)
    with np.load(path) as content:
        return LabelledRasters(content["rasters"], content["labels"])


def _save(examples: LabelledRasters, path: Path) -> None:
    unfinished = path.with_suffix(".unfinished")
    with unfinished.open("wb") as file:
        np.savez(file, **examples._asdict())
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
