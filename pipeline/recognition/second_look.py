"""Another look at rasters that the CNN is unsure of: as they are and larger, slanted and upright.

Averaging what a network says of slight changes of its input (test-time augmentation; Krizhevsky et al. 2012) sets many
of its mistakes right. As few rasters need it, it costs next to nothing.
"""

from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

SIDE = 28
SLANTS, SCALES = (-0.15, 0, 0.15), (1, 1.1)
"""Shares of the height, factors."""
LOOKS = len(SLANTS) * len(SCALES)

Rasters = NDArray[np.uint8]


def second_looks(rasters: Rasters) -> Rasters:
    """Each raster (n, 28, 28) in ``LOOKS`` ways, one unchanged: (n * LOOKS, 28, 28), those of one raster in a row."""
    flat = rasters.reshape(len(rasters), -1).astype(np.float32)
    looks: Rasters = np.rint(flat @ _MAPS).astype(np.uint8).reshape(-1, SIDE, SIDE)
    return looks


def _map(slant: float, scale: float) -> sparse.csr_array:
    """The linear map of flat rasters, to the right of them, that a change is: bilinear sampling about the middle."""
    middle = (SIDE - 1) / 2
    grid = np.stack(np.meshgrid(np.arange(SIDE), np.arange(SIDE), indexing="ij"), axis=-1).reshape(-1, 2)
    sources = (grid - middle) @ (np.array([[1, 0], [slant, 1]]) / scale).T + middle
    corner = np.floor(sources).astype(int)
    rows, columns, weights = [], [], []
    for step in product((0, 1), (0, 1)):
        place = corner + step
        inside = np.flatnonzero(((place >= 0) & (place < SIDE)).all(axis=1))
        rows.append(place[inside] @ [SIDE, 1])
        columns.append(inside)
        weights.append((1 - abs(sources[inside] - place[inside])).prod(axis=1))
    indices = np.concatenate(rows), np.concatenate(columns)
    return sparse.csr_array((np.concatenate(weights).astype(np.float32), indices), shape=(SIDE**2, SIDE**2))


_MAPS = sparse.hstack([_map(*change) for change in product(SLANTS, SCALES)], format="csr")
