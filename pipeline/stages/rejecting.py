"""The rejection of a record, whichever stage finds out."""

import time
from collections.abc import Iterator

from pipeline.forms import Arrival
from pipeline.messages import Rejection

LARGEST_KEY = 1 << 20
LARGEST_VALUE = 33 << 20
"""Bytes that a rejection carries at most: all of a drawing that came uncompressed.

In base64 these are 45 MiB, which leaves room for the rest of the record.
"""


def rejection(arrival: Arrival, drawing_id: str, code: str, reason: str) -> Rejection:
    """Why a record was refused, with the record itself; what of it is too large stays where it is, as the reason says.

    A compressed record may be far larger than its topic's limit.
    """
    return Rejection(
        drawing_id=drawing_id,
        code=code,
        reason=" ".join([reason, *_left_out(arrival)]),
        **arrival.origin._asdict(),
        key=_carried(arrival.key, LARGEST_KEY),
        value=_carried(arrival.value, LARGEST_VALUE),
        rejected_at=int(time.time() * 1000),
    )


def _carried(part: bytes | None, most: int) -> bytes | None:
    return None if _is_over(part, most) else part


def _left_out(arrival: Arrival) -> Iterator[str]:
    """A sentence for each part of the record that is too large."""
    for name, part, most in (("key", arrival.key, LARGEST_KEY), ("value", arrival.value, LARGEST_VALUE)):
        if _is_over(part, most):
            size = f"{len(part or b''):,} bytes"
            yield f"The {name}, of {size}, is too large to be given back; it is at {arrival.origin}."


def _is_over(part: bytes | None, most: int) -> bool:
    return part is not None and len(part) > most
