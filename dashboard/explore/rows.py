"""Drawings of the lakehouse, a page at a time: as quick on the last page of ten million as on the first."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from dashboard.stored.filters import Condition, Filters
from dashboard.stored.lakehouse import Lakehouse

PAGE = 50

Row = dict[str, Any]
"""A drawing: the columns below, and ``corrected``, the number that people say it is, or None."""
Key = tuple[object, ...]
"""The values of an order's columns in one row: where a page ends and the next one begins."""

COLUMNS = 'drawing_id, number, confidence, ink, source, model, submitted_at, predicted_at, "partition", "offset"'


class Order(NamedTuple):
    """A way to sort: columns that no two drawings share all of, and whether they descend."""

    columns: tuple[str, ...]
    descending: bool

    @property
    def sql(self) -> str:
        """What follows ORDER BY."""
        direction = "DESC" if self.descending else "ASC"
        return ", ".join(f'"{column}" {direction}' for column in self.columns)


_PLACE = ("predicted_at", "partition", "offset")
ORDERS = {
    "Newest first": Order(_PLACE, descending=True),
    "Oldest first": Order(_PLACE, descending=False),
    "Least certain first": Order(("confidence", *_PLACE), descending=False),
    "Most certain first": Order(("confidence", *_PLACE), descending=True),
}


def page(lakehouse: Lakehouse, filters: Filters, order: Order, after: Key | None = None, size: int = PAGE) -> list[Row]:
    """The ``size`` drawings that follow ``after`` in that order.

    Raises:
        QueryError, NoTableYetError: see `Lakehouse`.
    """
    condition = filters.condition & beyond(order, after) if after else filters.condition
    rows: list[Row] = lakehouse.first(COLUMNS, condition, order.sql, size).to_pylist()
    rows.sort(key=lambda row: key_of(row, order), reverse=order.descending)
    corrected = _corrected(lakehouse, [row["drawing_id"] for row in rows]) if rows else {}
    return [{**row, "corrected": corrected.get(row["drawing_id"])} for row in rows]


def key_of(row: Row, order: Order) -> Any:
    """Where a page that ends with this row ends, a `Key`."""
    return tuple(row[column] for column in order.columns)


def beyond(order: Order, after: Sequence[object]) -> Condition:
    """What comes after a key.

    The bound of the first column is said once more by itself: with it alone whole files can be passed over.
    """
    sign = "<" if order.descending else ">"
    columns = ", ".join(f'"{column}"' for column in order.columns)
    marks = [_mark(column) for column in order.columns]
    first = f'"{order.columns[0]}" {sign}= {marks[0]}'
    return Condition(f"{first} AND ({columns}) {sign} ({', '.join(marks)})", (after[0], *after))


def _mark(column: str) -> str:
    """A value's question mark; a confidence has single precision, and must be compared in it."""
    return "CAST(? AS FLOAT)" if column == "confidence" else "?"


def _corrected(lakehouse: Lakehouse, ids: Sequence[str]) -> dict[str, str]:
    marks = ", ".join("?" * len(ids))
    sql = f"SELECT drawing_id, number FROM corrected WHERE drawing_id IN ({marks})"
    return {row["drawing_id"]: row["number"] for row in lakehouse.ask(sql, ids).to_pylist()}
