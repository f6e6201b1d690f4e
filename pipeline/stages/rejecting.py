"""The rejection of a record, whichever stage finds out."""

import time

from pipeline.forms import Arrival
from pipeline.messages import Rejection


def rejection(arrival: Arrival, drawing_id: str, code: str, reason: str) -> Rejection:
    """Why a record was refused, with the record itself."""
    return Rejection(
        drawing_id=drawing_id,
        code=code,
        reason=reason,
        **arrival.origin._asdict(),
        key=arrival.key,
        value=arrival.value,
        rejected_at=int(time.time() * 1000),
    )
