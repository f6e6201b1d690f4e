"""What a row of the lakehouse is: a drawing as it was read, in Arrow's columns."""

from collections.abc import Sequence
from itertools import accumulate, chain

import numpy as np
import pyarrow as pa
from numpy.typing import ArrayLike, NDArray

from pipeline.forms import Reading
from pipeline.messages import LATEST_TIME, Digit

RASTER_BYTES = 28 * 28
CLASSES = 10
DAY_MS = 86_400_000

TIME = pa.timestamp("us", tz="UTC")  # microseconds: the only unit that Delta has
_BOX = pa.struct([(side, pa.int32()) for side in ("left", "top", "width", "height")])
_DIGIT = pa.struct(
    [("digit", pa.int8()), ("confidence", pa.float32()), ("probabilities", pa.list_(pa.float32())), ("box", _BOX)]
)

SCHEMA = pa.schema(
    [
        ("drawing_id", pa.string()),
        ("number", pa.string()),
        ("confidence", pa.float32()),
        ("digits", pa.list_(_DIGIT)),
        ("ink", pa.list_(pa.binary())),
        ("model", pa.string()),
        ("source", pa.string()),
        ("topic", pa.string()),
        ("partition", pa.int32()),
        ("offset", pa.int64()),
        ("submitted_at", TIME),
        ("predicted_at", TIME),
        ("date", pa.date32()),
    ]
)
"""One row a drawing. ``ink`` is what the model saw: for each digit 784 bytes, 28 rows of white on black.

``date`` partitions the table and is the UTC date of ``predicted_at``, the pipeline's own clock. A commit then touches
one date (two at midnight), a backlog of a week included, and a date that is over gets no more files. ``submitted_at``
may come from the sender's clock, and a wrong one would scatter each commit over as many folders as it names dates.
"""


def to_arrow(readings: Sequence[Reading]) -> pa.RecordBatch:
    """The readings as rows of ``SCHEMA``, in the same order.

    A ``submitted_at`` that no calendar holds (the sender wrote it) is moved to the nearest end of 1970 to 9999.
    """
    if not readings:
        return pa.RecordBatch.from_pylist([], schema=SCHEMA)
    predictions, inks = zip(*readings, strict=True)
    predicted_at = np.array([prediction.predicted_at for prediction in predictions], np.int64)
    submitted_at = np.array([min(max(prediction.submitted_at, 0), LATEST_TIME) for prediction in predictions], np.int64)
    columns = [
        _texts([prediction.drawing_id for prediction in predictions]),
        _texts([prediction.number for prediction in predictions]),
        _numbers([prediction.confidence for prediction in predictions], pa.float32()),
        _digits([prediction.digits for prediction in predictions]),
        _ink(inks),
        _texts([prediction.model for prediction in predictions]),
        _texts([prediction.source for prediction in predictions]),
        _texts([prediction.topic for prediction in predictions]),
        _numbers([prediction.partition for prediction in predictions], pa.int32()),
        _numbers([prediction.offset for prediction in predictions], pa.int64()),
        _numbers(submitted_at * 1000, TIME),
        _numbers(predicted_at * 1000, TIME),
        _numbers(predicted_at // DAY_MS, pa.date32()),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=SCHEMA)


def _numbers(values: ArrayLike, kind: pa.DataType) -> pa.Array:
    """A column of numbers, none of them missing; ``pa.array`` takes thrice as long to find that out."""
    stored = np.asarray(values, np.dtype(f"{'f' if pa.types.is_floating(kind) else 'i'}{kind.bit_width // 8}"))
    return pa.Array.from_buffers(kind, len(stored), [None, pa.py_buffer(stored)])


def _texts(values: Sequence[str]) -> pa.Array:
    """The same of texts."""
    encoded = [value.encode() for value in values]
    buffers = [None, pa.py_buffer(_ends(list(map(len, encoded)))), pa.py_buffer(b"".join(encoded))]
    return pa.Array.from_buffers(pa.string(), len(encoded), buffers)


def _digits(drawings: Sequence[Sequence[Digit]]) -> pa.ListArray:
    """The digits of each drawing, column by column: nested Python objects take Arrow ten times as long."""
    digits = list(chain.from_iterable(drawings))
    boxes = np.array([digit.box for digit in digits], np.int32).reshape(-1, len(_BOX))
    probabilities = np.array([digit.probabilities for digit in digits], np.float32).ravel()
    columns = [
        _numbers([digit.digit for digit in digits], pa.int8()),
        _numbers([digit.confidence for digit in digits], pa.float32()),
        _lists([CLASSES] * len(digits), _numbers(probabilities, pa.float32())),
        _struct(_BOX, [_numbers(np.ascontiguousarray(side), pa.int32()) for side in boxes.T]),
    ]
    return _lists([len(drawing) for drawing in drawings], _struct(_DIGIT, columns))


def _struct(kind: pa.StructType, columns: Sequence[pa.Array]) -> pa.StructArray:
    return pa.Array.from_buffers(kind, len(columns[0]), [None], children=columns)


def _lists(lengths: Sequence[int], values: pa.Array) -> pa.ListArray:
    """Lists of these lengths, one after the other, of their common values."""
    return pa.Array.from_buffers(
        pa.list_(values.type), len(lengths), [None, pa.py_buffer(_ends(lengths))], children=[values]
    )


def _ink(drawings: Sequence[NDArray[np.uint8]]) -> pa.ListArray:
    """The rasters of each drawing; Arrow takes the pixels as one block of memory."""
    pixels = np.concatenate(drawings, dtype=np.uint8).reshape(-1, RASTER_BYTES)
    buffers = [None, pa.py_buffer(_ends([RASTER_BYTES] * len(pixels))), pa.py_buffer(pixels)]
    return _lists([len(rasters) for rasters in drawings], pa.Array.from_buffers(pa.binary(), len(pixels), buffers))


def _ends(lengths: Sequence[int]) -> NDArray[np.int32]:
    """Where each list begins, and the last one ends, in their common values."""
    return np.fromiter(accumulate(lengths, initial=0), np.int32, len(lengths) + 1)
