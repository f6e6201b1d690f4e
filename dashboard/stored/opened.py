"""The tables of the lakehouse, opened so that SQL can read them and nothing else."""

import glob
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import NamedTuple
from urllib.parse import unquote

import duckdb
from deltalake import DeltaTable

from pipeline.lakehouse import corrections
from pipeline.lakehouse.location import corrections_beside
from pipeline.lakehouse.query import CORRECTED
from pipeline.lakehouse.table import NoTableYetError, open_table

MEMORY = "1GB"


class Opened(NamedTuple):
    """A connection with the views of ``pipeline.lakehouse.query``.

    ``files`` are those of the predictions, where DuckDB reads them itself; else there are none.
    """

    connection: duckdb.DuckDBPyConnection
    files: list[str]


@contextmanager
def opened(uri: str) -> Iterator[Opened]:
    """The tables at ``uri`` as they are now. DuckDB reads a folder's files itself; those at a URL come through Arrow.

    Raises:
        NoTableYetError: no table of predictions is there.
    """
    predictions, corrected = open_table(uri), _corrections(uri)
    with duckdb.connect(":memory:", config={"memory_limit": MEMORY, "temp_directory": ""}) as connection:
        files = _add_view(connection, "predictions", predictions)
        if corrected:
            others = _add_view(connection, "corrections", corrected)
        else:
            others = []
            connection.register("corrections", corrections.SCHEMA.empty_table())
        connection.execute(CORRECTED)
        _shut(connection, files + others)
        yield Opened(connection, files)


def literal(texts: Sequence[str]) -> str:
    """A list as SQL has it; for our own file names, where SQL allows no parameters."""
    quoted = ("'" + text.replace("'", "''") + "'" for text in texts)
    return f"[{', '.join(quoted)}]"


def _corrections(uri: str) -> DeltaTable | None:
    with suppress(NoTableYetError):
        return open_table(corrections_beside(uri))
    return None


def _add_view(connection: duckdb.DuckDBPyConnection, name: str, table: DeltaTable) -> list[str]:
    """Let SQL name the table; the files that are then read by DuckDB itself."""
    files = [unquote(file) for file in table.file_uris()]  # Delta writes a blank as %20, in the folders above too
    if not files or any("://" in file or glob.has_magic(file) for file in files):
        connection.register(name, table.to_pyarrow_dataset())
        return []
    columns = ", ".join(f'"{field.name}"' for field in table.schema().fields)  # folders above may look like columns
    connection.execute(
        f"CREATE VIEW {name} AS SELECT {columns} "
        f"FROM read_parquet({literal(files)}, hive_partitioning = true, hive_types = {{'date': DATE}})"
    )
    return files


def _shut(connection: duckdb.DuckDBPyConnection, files: Sequence[str]) -> None:
    """From here on: no other file, no network, no extension, none of our variables as tables, and no way back."""
    connection.execute(
        f"SET TimeZone = 'UTC'; SET allowed_paths = {literal(files)}; SET enable_external_access = false; "
        "SET python_enable_replacements = false; SET lock_configuration = true"
    )
