"""What a row of the table of corrections is, in Arrow's columns."""

from collections.abc import Sequence

import pyarrow as pa

from pipeline.forms import Corrected
from pipeline.lakehouse.schema import DAY_MS, TIME

SCHEMA = pa.schema(
    [
        ("drawing_id", pa.string()),
        ("number", pa.string()),
        ("read", pa.string()),
        ("source", pa.string()),
        ("topic", pa.string()),
        ("partition", pa.int32()),
        ("offset", pa.int64()),
        ("corrected_at", TIME),
        ("landed_at", TIME),
        ("date", pa.date32()),
    ]
)
"""One row a correction; a drawing may have several, of which the one that landed last counts.

``number`` is what the drawing really says ("" for no number at all), ``read`` what the stream read. ``corrected_at`` is
the corrector's clock, ``landed_at`` the pipeline's, and ``date`` its UTC date, which partitions the table.
"""


def to_arrow(landed: Sequence[Corrected]) -> pa.RecordBatch:
    """The corrections as rows of ``SCHEMA``, in the same order."""
    return pa.RecordBatch.from_pylist([_row(each) for each in landed], schema=SCHEMA)


def _row(each: Corrected) -> dict[str, object]:
    correction, origin, landed_at = each
    return {
        "drawing_id": correction.drawing_id,
        "number": correction.number,
        "read": correction.read,
        "source": correction.source,
        **origin._asdict(),
        "corrected_at": correction.corrected_at * 1000,
        "landed_at": landed_at * 1000,
        "date": landed_at // DAY_MS,
    }
