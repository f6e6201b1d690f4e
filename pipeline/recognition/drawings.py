"""What is drawn in many records at once: the bytes of each to the lattice of its strokes, or why there is none."""

import logging
import traceback
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from pipeline.recognition.images import UnreadableDrawing, decode
from pipeline.recognition.lattice import Lattice, lattice_of, lattices_if_normalised
from pipeline.recognition.normalise import RASTER


class Unreadable(NamedTuple):
    """Why nothing can be read: as `UnreadableDrawing`, which would keep the frames it came through, pixels and all.

    ``trace`` is the traceback of a mistake of our own, for the log.
    """

    code: str
    reason: str
    trace: str = ""


Raster: TypeAlias = NDArray[np.uint8]
Found: TypeAlias = Lattice | Unreadable
Given = TypeVar("Given")
Made = TypeVar("Made")

logger = logging.getLogger(__name__)


def lattices_of(values: Iterable[bytes | None]) -> list[Found]:
    """The lattice of each drawing, an image file or a raw raster, or what is wrong with it: that stops no other.

    Rasters that are as MNIST's already are recognised all together, at a tenth of the price. The bytes are taken one by
    one, so that neither those nor the pixels of a batch need be in memory together.
    """
    found = [_tried(_decoded, value) for value in values]
    rasters = [one for one in found if isinstance(one, np.ndarray)]
    known = zip(rasters, _if_normalised(rasters), strict=True)
    lattices = iter([_tried(lattice_of, one) if lattice is None else lattice for one, lattice in known])
    return [next(lattices) if isinstance(one, np.ndarray) else one for one in found]


def _decoded(value: bytes | None) -> Lattice | Raster:
    """The lattice, or the luminance if it has the shape of a raster."""
    grey = decode(value)
    return grey if grey.shape == RASTER else lattice_of(grey)


def _if_normalised(rasters: Sequence[Raster]) -> Sequence[Lattice | None]:
    """The lattices of those that are as MNIST's; should that fail, each can still be looked at by itself."""
    try:
        return lattices_if_normalised(np.array(rasters, np.uint8).reshape(-1, *RASTER))
    except Exception:
        logger.exception("Looking at %d rasters together failed", len(rasters))
        return [None] * len(rasters)


def _tried(make: Callable[[Given], Made], given: Given) -> Made | Unreadable:
    """What is made, or why it cannot be; a drawing that breaks our own code is no exception."""
    try:
        return make(given)
    except UnreadableDrawing as problem:
        return Unreadable(problem.code, problem.reason)
    except Exception as error:  # noqa: BLE001 (who refuses the drawing logs the traceback)
        reason = f"Decoding failed: {type(error).__name__}. This is our mistake."
        return Unreadable("internal_error", reason, traceback.format_exc())
