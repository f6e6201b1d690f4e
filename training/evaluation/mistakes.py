"""The drawings that were read wrongly, small enough to be shown side by side."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from PIL import Image

from training.evaluation.labelled import LabelledDrawing
from training.evaluation.scores import Result, worst_mistakes
from training.reading import Grey, luminance

THUMBNAIL = 160
"""Pixels of a thumbnail's longer side at most; smaller drawings stay as they are."""


class Mistake(NamedTuple):
    """A wrong result and its drawing's luminance (height, width), None if it is no image."""

    result: Result
    picture: Grey | None

    @property
    def drawn(self) -> str:
        """What it should have been read as, for people."""
        return self.result.label or "no digit"

    @property
    def read(self) -> str:
        """What it was read as, for people."""
        return self.result.number or (self.result.code or "nothing").replace("_", " ")


def mistakes(results: Sequence[Result], drawings: Sequence[LabelledDrawing], most: int) -> list[Mistake]:
    """The worst mistakes among results, at most so many; their drawings are opened again.

    Raises:
        OSError: a file cannot be read.
    """
    values = {drawing.file: drawing.value for drawing in drawings}
    return [Mistake(result, _thumbnail(values[result.file]())) for result in worst_mistakes(results, most)]


def _thumbnail(value: bytes) -> Grey | None:
    grey = luminance(value)
    if grey is None:
        return None
    image = Image.fromarray(grey)
    image.thumbnail((THUMBNAIL, THUMBNAIL))
    return np.asarray(image)
