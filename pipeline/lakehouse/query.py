"""Answers SQL over the lakehouse with DuckDB, which reads only the columns and files that a question needs."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import duckdb
import pyarrow as pa
from pyarrow.dataset import Dataset

from pipeline.lakehouse import corrections
from pipeline.lakehouse.location import corrections_beside
from pipeline.lakehouse.table import NoTableYetError, open_table

VIEWS = ("predictions", "corrections", "corrected")
CORRECTED = """CREATE VIEW corrected AS FROM corrections
    QUALIFY row_number() OVER (PARTITION BY drawing_id ORDER BY landed_at DESC, "offset" DESC) = 1"""
"""Of the corrections of each drawing the one that counts: it landed last."""

# No files, no network, no extensions; nor the caller's variables, which SQL could otherwise name as tables.
SANDBOX: dict[str, str | bool | int | float | list[str]] = {"enable_external_access": False}
READING = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)


class QueryError(ValueError):
    """The SQL cannot be answered; the message says why in one sentence."""


def query(uri: str, sql: str) -> pa.Table:
    """The answer to one SQL statement that reads the lakehouse as it is now.

    It has three views: ``predictions``, the table at ``uri``; ``corrections``, the table beside it, empty if there is
    none; and ``corrected``, each drawing's last correction. What a drawing says by all that is known is then
    ``SELECT coalesce(c.number, p.number) FROM predictions p LEFT JOIN corrected c USING (drawing_id)``.

    The SQL can do nothing but read those views: no files, network, settings or other tables. Times are UTC. Columns of
    the same name are told apart by a number (``a``, ``a_1``).

    Raises:
        QueryError: the SQL is wrong, or does something else than read.
        NoTableYetError: no table of predictions is there.
    """
    predictions = open_table(uri).to_pyarrow_dataset()
    with duckdb.connect(":memory:", config=SANDBOX) as connection:
        connection.register("predictions", predictions)
        connection.register("corrections", _corrections(corrections_beside(uri)))
        connection.execute(CORRECTED)
        connection.execute("SET TimeZone = 'UTC'; SET lock_configuration = true")
        return answer(connection, sql)


def answer(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[object] = (), rows: int | None = None
) -> pa.Table:
    """The answer to one SQL statement that reads, or its first ``rows`` rows.

    ``parameters`` are the values of the statement's question marks, for which ``rows`` is not to be given.

    Raises:
        QueryError: the SQL is wrong, does something else than read, or was interrupted.
    """
    try:
        statement = _one_reading(connection, sql)
        found = connection.execute(statement, parameters) if rows is None else connection.sql(statement).limit(rows)
        table = found.to_arrow_table()
    except duckdb.Error as error:
        raise QueryError(_sentence(error)) from error
    return table.rename_columns(list(_distinct(table.column_names)))


def _corrections(uri: str) -> Dataset | pa.Table:
    try:
        return open_table(uri).to_pyarrow_dataset()
    except NoTableYetError:
        return corrections.SCHEMA.empty_table()


def _one_reading(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.Statement:
    statements = connection.extract_statements(sql)
    if len(statements) != 1 or statements[0].type not in READING:
        raise QueryError("the lakehouse answers one SELECT at a time and changes nothing")
    return statements[0]


def _sentence(error: duckdb.Error) -> str:
    """DuckDB's message without the excerpt of the SQL below it."""
    return " ".join(str(error).split("\n\n")[0].split())


def _distinct(names: Iterable[str]) -> Iterator[str]:
    seen: Counter[str] = Counter()
    for name in names:
        yield f"{name}_{seen[name]}" if seen[name] else name
        seen[name] += 1
