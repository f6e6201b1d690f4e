"""How far a training has come, in one file that is whole at any moment: killed at any time, a run goes on from it."""

import json
import os
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from training.folders import delete_files
from training.progress import stderr

NAME = "checkpoint.npz"
Epoch = dict[str, float]
"""The figures of an epoch by their names."""


class Checkpoint(NamedTuple):
    """What a training knows after an epoch: all its numbers in a fixed order, and each epoch's figures."""

    state: list[NDArray[Any]]
    history: list[Epoch]


class Checkpoints:
    """The newest checkpoint of one training, in a folder of its own.

    ``settings`` is all that decides the result (JSON): a checkpoint made with others is not gone on from.
    """

    def __init__(self, folder: Path, settings: dict[str, Any]) -> None:
        self.folder = folder
        self._path = folder / NAME
        self._settings = json.loads(json.dumps(settings))

    def save(self, checkpoint: Checkpoint) -> None:
        """Put this one in place of the one before, or, if killed meanwhile, leave that one as it is."""
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = self._path.with_suffix(".unfinished")
        about = json.dumps({"settings": self._settings, "history": checkpoint.history})
        with unfinished.open("wb") as file:
            np.savez(file, *checkpoint.state, about=np.array(about))
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self._path)

    def newest(self) -> Checkpoint | None:
        """The checkpoint to go on from, if there is one of these settings; says why not if there is another."""
        if not self._path.is_file():
            return None
        try:
            with self._path.open("rb") as file, np.load(file) as content:
                about = json.loads(str(content["about"]))
                state = [content[f"arr_{number}"] for number in range(len(content.files) - 1)]
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            stderr.print(f"{self._path} is damaged: training starts afresh.", soft_wrap=True)
            return None
        if changed := self._changed(about["settings"]):
            stderr.print(
                f"{self._path} is of a run with other {', '.join(changed)}: training starts afresh.", soft_wrap=True
            )
            return None
        return Checkpoint(state, about["history"])

    def _changed(self, before: dict[str, Any]) -> list[str]:
        return sorted(
            name for name in before.keys() | self._settings.keys() if before.get(name) != self._settings.get(name)
        )


def forget(folder: Path) -> None:
    """Delete the checkpoints of a training that is over; of what else is there, nothing."""
    delete_files(folder, f"{Path(NAME).stem}.*")
