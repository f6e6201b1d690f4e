"""Tells an answer that was seen before from a new one, by where its drawing arrived."""

import numpy as np
from numpy.typing import NDArray

REMEMBERED = 2**17
"""Offsets back, of each partition: far more than a job reads again after a failure."""

Marks = NDArray[np.int64]


class Repeats:
    """Remembers a mark, such as the id's hash, for each of the latest offsets of each partition; 1 MB a partition.

    Offset and mark together: a topic that was made anew has the same offsets again.
    """

    def __init__(self) -> None:
        self._marks: dict[int, Marks] = {}

    def sift(self, partitions: Marks, offsets: Marks, marks: Marks) -> NDArray[np.bool_]:
        """Which are new, each at its first place, and remember them; without an offset (-1) all are new."""
        new = np.ones(len(offsets), np.bool_)
        for partition in np.unique(partitions[offsets >= 0]):
            rows = np.flatnonzero((partitions == partition) & (offsets >= 0))
            new[rows] = self._sift(int(partition), offsets[rows], marks[rows])
        return new

    def _sift(self, partition: int, offsets: Marks, marks: Marks) -> NDArray[np.bool_]:
        remembered = self._marks.setdefault(partition, np.zeros(REMEMBERED, np.int64))
        places = offsets % REMEMBERED
        new: NDArray[np.bool_] = remembered[places] != marks
        firsts = np.zeros(len(offsets), np.bool_)
        firsts[np.unique(np.column_stack((offsets, marks)), axis=0, return_index=True)[1]] = True
        remembered[places[new]] = marks[new]
        return new & firsts
