"""Rows of the lakehouse as files to take away."""

import csv
import io

import pyarrow as pa
import pyarrow.parquet as pq

from dashboard.explore.rows import Order
from dashboard.stored.filters import Condition, Filters
from dashboard.stored.lakehouse import Lakehouse
from pipeline.lakehouse.printing import csv_rows

MOST = 50_000
"""Rows in a file: with their ink about 20 MB of Parquet."""
SECONDS = 60.0
PLAIN = (
    'drawing_id, number, corrected, confidence, source, model, topic, "partition", "offset", submitted_at, predicted_at'
)


def first_rows(lakehouse: Lakehouse, filters: Filters, order: Order, columns: str = "*", most: int = MOST) -> pa.Table:
    """The first drawings that the filters let through, with all that is known of them.

    Where they end in that order is found first, by one small column: the large ones of all others then stay packed.

    Raises:
        QueryError, NoTableYetError: see `Lakehouse.ask`.
    """
    condition = filters.condition
    first, direction = order.columns[0], "DESC" if order.descending else "ASC"
    sql = (
        f"SELECT {first} AS edge FROM predictions WHERE {condition.sql} ORDER BY edge {direction} LIMIT 1 OFFSET {most}"
    )
    if edges := lakehouse.ask(sql, condition.parameters, seconds=SECONDS)["edge"].to_pylist():
        value = "CAST(? AS FLOAT)" if first == "confidence" else "?"
        condition &= Condition(f"{first} {'>=' if order.descending else '<='} {value}", (edges[0],))
    sql = (
        f"SELECT {columns} FROM (FROM predictions WHERE {condition.sql} ORDER BY {order.sql} LIMIT {most:d}) "
        f"LEFT JOIN (SELECT drawing_id, number AS corrected FROM corrected) USING (drawing_id) ORDER BY {order.sql}"
    )
    return lakehouse.ask(sql, condition.parameters, seconds=SECONDS)


def parquet(table: pa.Table) -> bytes:
    """The rows as a Parquet file, zstd as in the lakehouse."""
    file = io.BytesIO()
    pq.write_table(table, file, compression="zstd")
    return file.getvalue()


def comma_separated(table: pa.Table) -> bytes:
    """The rows as CSV in UTF-8, with a line of names; times as ISO 8601, lists as JSON, bytes as base64."""
    file = io.StringIO()
    lines = csv.writer(file, lineterminator="\n")
    lines.writerow(table.column_names)
    lines.writerows(csv_rows(table))
    return file.getvalue().encode()
