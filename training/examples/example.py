"""What the CNN learns from, as arrays."""

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from pipeline.mnist import LabelledRasters


class Examples(NamedTuple):
    """Uint8 ``rasters`` (n, 28, 28) and ``labels`` (n,), and how freely each may be changed when it is learnt from.

    Float32 ``freedom`` (n,) is a share of the usual changes: those of which there are few need them, those that are as
    they are for a reason, such as a digit made tiny, would become what no drawing is.
    """

    rasters: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    freedom: NDArray[np.float32]

    @classmethod
    def of(cls, digits: LabelledRasters, freedom: float = 1.0) -> "Examples":
        """Digits that are all as free."""
        return cls(*digits, np.full(len(digits.labels), freedom, np.float32))


Parts = TypeVar("Parts", LabelledRasters, Examples)


def joined(parts: Sequence[Parts]) -> Parts:
    """All of the parts, one at least, in their order."""
    return type(parts[0])(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
