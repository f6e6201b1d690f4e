"""Prints an answer: a table for people, JSON or CSV for programs."""

import base64
import csv
import sys
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import orjson
import pyarrow as pa
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

SHOWN_ROWS = 1000
SHOWN_CHARACTERS = 60
UNLIMITED = 10_000
"""A width that no table has: a pipe has no edge to fit."""


def print_table(answer: pa.Table) -> None:
    """The first rows: a table, or where the terminal is too narrow for it a list for each row.

    Bytes are counted, and nothing that a terminal could take for a command is printed.
    """
    console = Console(width=None if sys.stdout.isatty() else UNLIMITED)
    rows = [[_cell(value) for value in row] for row in _rows(answer.slice(0, SHOWN_ROWS))]
    table = Table(*(Column(Text(name), no_wrap=True) for name in answer.column_names))
    for row in rows:
        table.add_row(*row)
    if console.measure(table, options=console.options.update(width=UNLIMITED)).maximum <= console.width:
        console.print(table)
    else:
        console.print(*(_record(answer.column_names, row) for row in rows), sep="\n")
    if answer.num_rows > SHOWN_ROWS:
        print(f"the first {SHOWN_ROWS} of {answer.num_rows} rows; --json and --csv print all", file=sys.stderr)


def print_json(answer: pa.Table) -> None:
    """One array of objects; times are ISO 8601 in UTC, bytes base64, numbers that JSON lacks (NaN) null."""
    print(_json([dict(zip(answer.column_names, row, strict=True)) for row in _rows(answer)]))


def print_csv(answer: pa.Table) -> None:
    """A line of names, then the rows; values as in JSON, lists and objects as JSON text, null as nothing."""
    lines = csv.writer(sys.stdout, lineterminator="\n")
    lines.writerow(answer.column_names)
    lines.writerows(csv_rows(answer))


def csv_rows(answer: pa.Table) -> Iterator[list[str]]:
    """The rows as CSV has them, without the line of names."""
    return ([plain(value) for value in row] for row in _rows(answer))


def _record(names: list[str], row: list[Text]) -> Table:
    record = Table(show_header=False)
    for name, value in zip(names, row, strict=True):
        record.add_row(Text(name, style="bold"), value)
    return record


def _rows(answer: pa.Table) -> Iterator[tuple[Any, ...]]:
    """The rows in Python's terms.

    Raises:
        ValueError: SQL knows a time that Python does not.
    """
    for batch in answer.to_batches():
        try:
            columns = [column.to_pylist() for column in batch.columns]
        except OverflowError as error:
            wanted = "cast it to VARCHAR to have it printed"
            raise ValueError(f"the answer holds a time that is not in the years 1 to 9999: {wanted}") from error
        yield from zip(*columns, strict=True)


def plain(value: Any) -> str:
    """A value as CSV has it: as in JSON, but a text and nothing without quotes."""
    if value is None:
        return ""
    return value if isinstance(value, str) else _json(value).strip('"')


def _cell(value: Any) -> Text:
    text = f"{len(value)} bytes" if isinstance(value, bytes) else plain(value)
    if isinstance(value, float):
        text = f"{value:.6g}"
    cell = Text("".join(character if character.isprintable() or character == "\n" else "\ufffd" for character in text))
    if not isinstance(value, str):
        cell.truncate(SHOWN_CHARACTERS, overflow="ellipsis")
    return cell


def _json(value: Any) -> str:
    return orjson.dumps(value, default=_unknown_to_json).decode()


def _unknown_to_json(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, Decimal):  # DuckDB's sums of whole numbers are decimals without places
        return int(value) if value == value.to_integral_value() and abs(value) < 2**63 else float(value)
    return str(value)
