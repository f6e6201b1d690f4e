"""The lakehouse as the dashboard asks it: any SQL that reads, within bounds of time, memory and rows."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from threading import BoundedSemaphore, Event, Timer

import duckdb
import pyarrow as pa

from dashboard.stored.filters import Condition
from dashboard.stored.opened import MEMORY, Opened, literal, opened
from pipeline.lakehouse.query import QueryError, answer

SECONDS = 10.0
PAGE_SECONDS = 30.0
"""For what the page itself asks: it knows how little that costs, and other programs may keep the machine busy."""
AT_ONCE = 2
"""Questions that are answered at the same time; each may take all cores, and the memory above."""

SLOW = "It took longer than {:g} seconds and was stopped. Ask for fewer rows or columns, or for a shorter time."
LARGE = f"It needs more than {MEMORY} of memory and was stopped. Ask for fewer rows or columns, or for a shorter time."
BUSY = "The lakehouse is busy with other people's questions. Try again in a moment."


class Lakehouse:
    """The tables at ``uri``, a folder or a URL, for any number of threads.

    Both questions raise `QueryError`, whose message is a sentence, if the SQL is wrong, does something else than read,
    or asks too much; and `NoTableYetError` if there is no table of predictions.
    """

    def __init__(self, uri: str) -> None:
        self.uri = uri
        self._turns = BoundedSemaphore(AT_ONCE)

    def ask(
        self, sql: str, parameters: Sequence[object] = (), rows: int | None = None, seconds: float = SECONDS
    ) -> pa.Table:
        """The answer to one statement over the views which ``pipeline.lakehouse.query`` describes.

        ``parameters`` and ``rows`` are as there.
        """
        with self._opened(seconds) as tables:
            return answer(tables.connection, sql, parameters, rows)

    def first(self, columns: str, condition: Condition, order: str, most: int) -> pa.Table:
        """The first drawings of an order (what follows ORDER BY), those that meet a condition; in no order.

        Where they lie is found first, by the columns of condition and order alone. DuckDB would unpack the ink of all.
        """
        with self._opened(PAGE_SECONDS) as tables:
            where = f"WHERE {condition.sql} ORDER BY {order} LIMIT {most:d}"
            if not tables.files:
                return answer(tables.connection, f"SELECT {columns} FROM predictions {where}", condition.parameters)
            source = f"read_parquet({literal(tables.files)}, {_PARTS}, filename = true, file_row_number = true)"
            found = f"SELECT filename, file_row_number FROM {source} {where}"
            return _rows_at(tables, columns, answer(tables.connection, found, condition.parameters))

    @contextmanager
    def _opened(self, seconds: float) -> Iterator[Opened]:
        with self._turn(seconds), opened(self.uri) as tables, _interrupted_after(seconds, tables.connection) as late:
            try:
                yield tables
            except QueryError as error:
                if late.is_set():
                    raise QueryError(SLOW.format(seconds)) from error
                if isinstance(error.__cause__, duckdb.OutOfMemoryException):
                    raise QueryError(LARGE) from error
                raise

    @contextmanager
    def _turn(self, seconds: float) -> Iterator[None]:
        if not self._turns.acquire(timeout=seconds):
            raise QueryError(BUSY)
        try:
            yield
        finally:
            self._turns.release()


_PARTS = "hive_partitioning = true, hive_types = {'date': DATE}"


def _rows_at(tables: Opened, columns: str, places: pa.Table) -> pa.Table:
    """The rows at these places: a file and a row's number in it."""
    pairs = sorted(zip(places["filename"].to_pylist(), places["file_row_number"].to_pylist(), strict=True))
    numbers = {file: [number for _, number in group] for file, group in groupby(pairs, key=lambda pair: pair[0])}
    reads = [
        f"SELECT {columns} FROM read_parquet({literal([file])}, {_PARTS}, file_row_number = true) "
        f"WHERE file_row_number IN ({', '.join(map(str, rows))})"
        for file, rows in numbers.items()
    ]
    nothing = f"SELECT {columns} FROM predictions LIMIT 0"
    return answer(tables.connection, " UNION ALL ".join(reads) or nothing)


@contextmanager
def _interrupted_after(seconds: float, connection: duckdb.DuckDBPyConnection) -> Iterator[Event]:
    """Interrupts what still runs then, and says by the event that it did."""
    late = Event()

    def interrupt() -> None:
        late.set()
        connection.interrupt()

    timer = Timer(seconds, interrupt)
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()
