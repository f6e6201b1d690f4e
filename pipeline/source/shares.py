"""Who reads which partitions: one share of them for each of Flink's subtasks.

Flink places an element by a hash of its key. A share is a key of which the hash is such that each subtask has one.
"""

from __future__ import annotations

import struct
from itertools import count
from typing import NamedTuple

import mmh3

MAX_PARALLELISM = 128
"""Key groups that Flink deals out to subtasks; a job never has more subtasks than that."""


class Share(NamedTuple):
    """Every ``of``-th partition of each topic from partition ``first`` on; the salt decides where it is read."""

    first: int
    of: int
    salt: int = 0

    def holds(self, partition: int) -> bool:
        """Whether a partition is to be read by this share; each one is by exactly one."""
        return partition % self.of == self.first

    def to_key(self) -> bytes:
        """As an element that Flink can place."""
        return f"{self.first}/{self.of}/{self.salt}".encode()

    @classmethod
    def from_key(cls, key: bytes) -> Share:
        """The share of a key."""
        return cls(*map(int, key.split(b"/")))


def shares(parallelism: int) -> list[Share]:
    """One share for each subtask, in the subtasks' order."""
    return [_placed(index, parallelism) for index in range(parallelism)]


def subtask_of(key: bytes, parallelism: int) -> int:
    """The subtask to which Flink gives a key of less than 128 bytes.

    Beam hashes the encoded key (``FlinkKey``), Flink that hash (``KeyGroupRangeAssignment``), both by Murmur 3.
    """
    encoded = bytes([len(key)]) + key
    code = mmh3.hash64(encoded, signed=False)[0] & 0xFFFFFFFF
    group = abs(mmh3.hash(struct.pack("<I", code))) % MAX_PARALLELISM
    return group * parallelism // MAX_PARALLELISM


def _placed(index: int, parallelism: int) -> Share:
    candidates = (Share(index, parallelism, salt) for salt in count())
    return next(share for share in candidates if subtask_of(share.to_key(), parallelism) == index)
