"""A Delta table of the lakehouse: made, opened, and committed to with the offsets that a commit covers."""

import pyarrow as pa
from deltalake import (
    ColumnProperties,
    CommitProperties,
    DeltaTable,
    PostCommitHookProperties,
    Transaction,
    WriterProperties,
    write_deltalake,
)
from deltalake.exceptions import TableNotFoundError

PATIENCE = 100
"""Times that Delta tries for a place among other commits that do no harm; nothing is written again for it."""

# Dictionaries only cost here: without them a commit takes half the time and the file is a tenth smaller.
# Row groups are small so that a page of drawings that lie far apart unpacks little ink besides its own.
PARQUET = WriterProperties(
    compression="ZSTD",
    default_column_properties=ColumnProperties(dictionary_enabled=False),
    max_row_group_size=16_384,
)
# Log files older than this go once a checkpoint holds what they say, since each commit lists those that are there.
# The price: no time travel further back.
CONFIGURATION = {"delta.logRetentionDuration": "interval 1 hour"}
# To look for old log files takes longer than the commit itself; `renew` does it now and then.
WITHOUT_CLEANUP = PostCommitHookProperties(cleanup_expired_logs=False)


class NoTableYetError(Exception):
    """There is no table at the given place."""


def open_table(uri: str) -> DeltaTable:
    """The table as it is now, to read or to maintain.

    Raises:
        NoTableYetError: there is none.
    """
    try:
        return DeltaTable(uri)
    except TableNotFoundError as error:
        raise NoTableYetError(f"no lakehouse at {uri} yet: `make run` starts the stream that writes it") from error


def open_or_create_table(uri: str, schema: pa.Schema) -> DeltaTable:
    """The table as it is now, to write to; ``schema`` has a column ``date``, which partitions it.

    Raises:
        CommitFailedError: another writer was making it at the same time; it is there now.
    """
    try:
        return DeltaTable(uri)
    except TableNotFoundError:
        return DeltaTable.create(
            uri,
            schema,
            mode="ignore",
            partition_by=["date"],
            configuration=CONFIGURATION,
            # With retries the slower of two writers would put its table's metadata over the other's.
            commit_properties=CommitProperties(max_commit_retries=0),
        )


def renew(table: DeltaTable) -> DeltaTable:
    """The same table in a new handle, its log without what is out of date."""
    table.cleanup_metadata()
    return DeltaTable(table.table_uri)


def app_id(topic_id: str, topic: str, partition: int) -> str:
    """Under which name commits note the offsets of a Kafka partition; a topic made anew has another id."""
    return f"{topic_id}/{topic}-{partition}"


def last_offset(table: DeltaTable, app_id: str) -> int:
    """The last offset committed under an app id, -1 if none was."""
    version = table.transaction_version(app_id)
    return -1 if version is None else version


def commit(table: DeltaTable, app_id: str, last: int, rows: pa.Table) -> None:
    """Write the rows, and with them the last offset that they cover.

    ``table`` must be the object whose ``last_offset`` chose the rows: Delta lets the commit pass other writers' rows
    and maintenance since then, but not another commit under the same app id.

    Raises:
        CommitFailedError: there was one; none of these rows is in the table.
    """
    write_deltalake(
        table,
        rows,
        mode="append",
        writer_properties=PARQUET,
        commit_properties=CommitProperties(app_transactions=[Transaction(app_id, last)], max_commit_retries=PATIENCE),
        post_commithook_properties=WITHOUT_CLEANUP,
    )
