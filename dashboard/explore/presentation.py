"""Any answer of SQL in a form that a table on a page can show."""

import pyarrow as pa
import pyarrow.types as kinds

from dashboard.explore.ink import SIDE, picture_url
from pipeline.lakehouse.printing import plain

RASTER_BYTES = SIDE * SIDE


def presentable(answer: pa.Table) -> tuple[list[str], pa.Table]:
    """The names of the columns that became pictures (data URLs), and the table.

    Rasters, alone or in lists, become pictures; other bytes are counted, and what is nested is JSON.
    """
    shown = {name: _shown(answer[name]) for name in answer.column_names}
    pictures = [name for name in shown if _is_ink(answer[name])]
    return pictures, pa.table(shown)


def _shown(column: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array:
    if _is_ink(column):
        return pa.array([None if value is None else _picture(value) for value in column.to_pylist()], pa.string())
    if _is_bytes(column.type):
        counts = (None if value is None else f"{len(value):,} bytes" for value in column.to_pylist())
        return pa.array(list(counts), pa.string())
    if kinds.is_decimal(column.type):  # DuckDB's sums of whole numbers
        return column.cast(pa.float64(), safe=False)
    if not _is_common(column.type):
        return pa.array([None if value is None else plain(value) for value in column.to_pylist()], pa.string())
    return column


def _is_bytes(kind: pa.DataType) -> bool:
    return bool(kinds.is_binary(kind) or kinds.is_large_binary(kind) or kinds.is_fixed_size_binary(kind))


def _is_common(kind: pa.DataType) -> bool:
    tests = (kinds.is_integer, kinds.is_floating, kinds.is_boolean, kinds.is_string, kinds.is_large_string)
    return any(test(kind) for test in (*tests, kinds.is_timestamp, kinds.is_date))


def _is_ink(column: pa.ChunkedArray) -> bool:
    """Whether it has rasters, or lists of them, and nothing else."""
    kind = column.type
    listed = kinds.is_list(kind) and _is_bytes(kind.value_type)
    if not listed and not _is_bytes(kind):
        return False
    rasters = [raster for value in column.to_pylist() if value for raster in (value if listed else [value])]
    return bool(rasters) and all(raster is not None and len(raster) == RASTER_BYTES for raster in rasters)


def _picture(value: bytes | list[bytes]) -> str:
    return picture_url(value if isinstance(value, list) else [value])
