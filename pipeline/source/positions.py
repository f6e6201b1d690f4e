"""Where a share of the partitions has been read to: what Flink keeps in its checkpoints.

In Beam's terms this is the restriction of a splittable DoFn, which never ends and is never split: each turn of reading
leaves all of what comes after it to the next one.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

import orjson
from apache_beam.coders import Coder
from apache_beam.io.iobase import RestrictionProgress, RestrictionTracker
from apache_beam.transforms.core import RestrictionProvider

from pipeline.source.shares import Share

Partition: TypeAlias = tuple[str, int]
"""A topic and a partition of it."""


class Positions(NamedTuple):
    """The offset to be read next of each partition; of those that are missing nothing has been read.

    ``again``: the offset up to which a partition is read though it has landed. Whoever takes over passes over what else
    has landed.
    """

    next: dict[Partition, int]
    again: dict[Partition, int] = {}  # noqa: RUF012 (nobody changes it)


BEGINNING = Positions({})


class PositionsCoder(Coder):
    """Positions as JSON: a checkpoint outlives the code that wrote it."""

    def encode(self, positions: Positions) -> bytes:
        """Lists of ``[topic, partition, offset]`` by their name."""
        return orjson.dumps({"next": _to_list(positions.next), "again": _to_list(positions.again)})

    def decode(self, encoded: bytes) -> Positions:
        """What was encoded."""
        found = orjson.loads(encoded)
        return Positions(_from_list(found["next"]), _from_list(found["again"]))

    def is_deterministic(self) -> bool:
        """The same positions are the same bytes."""
        return True

    def to_type_hint(self) -> type:
        """What it encodes."""
        return Positions


def _to_list(offsets: Mapping[Partition, int]) -> list[list[str | int]]:
    return [[*partition, offset] for partition, offset in sorted(offsets.items())]


def _from_list(places: list[tuple[str, int, int]]) -> dict[Partition, int]:
    return {(topic, number): offset for topic, number, offset in places}


class PositionsTracker(RestrictionTracker):
    """Follows one turn of reading."""

    def __init__(self, positions: Positions) -> None:
        self.positions = positions
        self.over = False

    def current_restriction(self) -> Positions:
        """What has been read up to now."""
        return self.positions

    def current_progress(self) -> RestrictionProgress:
        """There is no end to be nearer to."""
        return RestrictionProgress(completed=0, remaining=1)

    def try_claim(self, read: Mapping[Partition, int]) -> bool:
        """Move on to the offsets that come after what was read; refused once the turn is over."""
        if not self.over:
            self.positions = self.positions._replace(next={**self.positions.next, **read})
        return not self.over

    def try_split(self, fraction_of_remainder: float) -> tuple[Positions, Positions] | None:
        """End the turn here and leave the rest to the next one; no other split is possible."""
        if fraction_of_remainder or self.over:
            return None
        self.over = True
        return self.positions, self.positions

    def check_done(self) -> None:
        """A turn that ends without leaving the rest to another one would be the end of reading.

        Raises:
            ValueError: it did.
        """
        if not self.over:
            raise ValueError("A turn of reading has ended and left the rest to nobody")

    def is_bounded(self) -> bool:
        """More may always come."""
        return False


class PositionsProvider(RestrictionProvider):
    """A new job is given positions; of all else nothing has been read."""

    def __init__(self, start: Positions) -> None:
        self.start = start

    def initial_restriction(self, key: bytes) -> Positions:
        """What is given of a share."""
        share = Share.from_key(key)
        return Positions(_held_by(share, self.start.next), _held_by(share, self.start.again))

    def create_tracker(self, restriction: Positions) -> PositionsTracker:
        """Follow a turn."""
        return PositionsTracker(restriction)

    def restriction_size(self, *_: Any) -> int:
        """All shares are alike."""
        return 1

    def restriction_coder(self) -> Coder:
        """What checkpoints hold."""
        return PositionsCoder()


def _held_by(share: Share, offsets: Mapping[Partition, int]) -> dict[Partition, int]:
    return {partition: offset for partition, offset in offsets.items() if share.holds(partition[1])}
