"""What is drawn in many records at once: the bytes of each to the lattice of its strokes, or why there is none."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from pipeline.recognition.images import UnreadableDrawing, decode
from pipeline.recognition.lattice import Lattice, lattice_of, lattices_if_normalised
from pipeline.recognition.normalise import RASTER

OUR_MISTAKE = "internal_error"
Found: TypeAlias = Lattice | UnreadableDrawing
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
    ready = lattices_if_normalised(np.array(rasters, np.uint8).reshape(-1, *RASTER))
    known = zip(rasters, ready, strict=True)
    lattices = iter([_tried(lattice_of, one) if lattice is None else lattice for one, lattice in known])
    return [next(lattices) if isinstance(one, np.ndarray) else one for one in found]


def _decoded(value: bytes | None) -> Lattice | NDArray[np.uint8]:
    """The lattice, or the luminance if it has the shape of a raster."""
    grey = decode(value)
    return grey if grey.shape == RASTER else lattice_of(grey)


def _tried(make: Callable[[Given], Made], given: Given) -> Made | UnreadableDrawing:
    """What is made, or why it cannot be; a drawing that breaks our own code is no exception."""
    try:
        return make(given)
    except UnreadableDrawing as problem:
        return problem
    except Exception as error:
        logger.exception("Decoding failed")
        return UnreadableDrawing(OUR_MISTAKE, f"Decoding failed: {type(error).__name__}. This is our mistake.")
