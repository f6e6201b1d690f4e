"""Answers SQL over the lakehouse with DuckDB, which reads only the columns and files that a question needs."""

from collections import Counter
from collections.abc import Iterable, Iterator

import duckdb
import pyarrow as pa

from pipeline.lakehouse.table import open_table

VIEW = "predictions"

# No files, no network, no extensions; nor the caller's variables, which SQL could otherwise name as tables.
SANDBOX: dict[str, str | bool | int | float | list[str]] = {"enable_external_access": False}
READING = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)


class QueryError(ValueError):
    """The SQL cannot be answered; the message says why in one sentence."""


def query(uri: str, sql: str) -> pa.Table:
    """The answer to one SQL statement that reads the view ``predictions``, the table at ``uri`` as it is now.

    The SQL can do nothing but read that view: no files, network, settings or other tables. Times are UTC. Columns of
    the same name are told apart by a number (``a``, ``a_1``).

    Raises:
        QueryError: the SQL is wrong, or does something else than read.
        NoTableYetError: no table is there.
    """
    table = open_table(uri)
    with duckdb.connect(":memory:", config=SANDBOX) as connection:
        connection.register(VIEW, table.to_pyarrow_dataset())
        connection.execute("SET TimeZone = 'UTC'; SET lock_configuration = true")
        try:
            answer = connection.sql(_one_reading(connection, sql)).to_arrow_table()
        except duckdb.Error as error:
            raise QueryError(_sentence(error)) from error
    return answer.rename_columns(list(_distinct(answer.column_names)))


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
