"""Keeps the lakehouse's files few and large; both chores are safe while the stream writes."""

from collections import Counter
from dataclasses import dataclass

import pyarrow as pa
from deltalake import CommitProperties

from pipeline.lakehouse.table import PARQUET, PATIENCE, open_table

TARGET_BYTES = 100 * 1024 * 1024
RETENTION_HOURS = 168
SHORTEST_RETENTION_HOURS = 1
MANY = 50
"""Small files that are worth a compaction: the stream commits about 24 a minute while it is busy."""


@dataclass(frozen=True, slots=True)
class Compacted:
    """How many files were put together into how many."""

    before: int
    after: int


def compact(uri: str, target_bytes: int = TARGET_BYTES) -> Compacted:
    """Put small Parquet files of the same date together, up to about ``target_bytes`` each.

    Rows are the same before and after. The old files stay for those who are reading them, until ``vacuum``.

    Raises:
        NoTableYetError: no table is there.
        CommitFailedError: another compaction was running.
    """
    report = open_table(uri).optimize.compact(
        target_size=target_bytes,
        writer_properties=PARQUET,
        commit_properties=CommitProperties(max_commit_retries=PATIENCE),
    )
    return Compacted(report["numFilesRemoved"], report["numFilesAdded"])


def tidy(uri: str) -> tuple[Compacted, int]:
    """Compact if it spares many files, and delete what has long been unused: the regular chore; files deleted last.

    Raises:
        NoTableYetError: no table is there.
        CommitFailedError: another compaction was running.
    """
    return compact(uri) if spare_files(uri) >= MANY else Compacted(0, 0), vacuum(uri)


def spare_files(uri: str, target_bytes: int = TARGET_BYTES) -> int:
    """How many files fewer there would be if all small ones of a date were one.

    Raises:
        NoTableYetError: no table is there.
    """
    files = pa.table(open_table(uri).get_add_actions(flatten=True)).select(["partition.date", "size_bytes"]).to_pylist()
    small = Counter(file["partition.date"] for file in files if file["size_bytes"] < target_bytes // 2)
    return sum(small.values()) - len(small)


def vacuum(uri: str, retention_hours: int = RETENTION_HOURS, force: bool = False) -> int:
    """Delete files that the table has not used for ``retention_hours``, leftovers of crashed writers too; how many.

    A file that a query still reads, or a commit is about to add, is safe for as long as the retention lasts.

    Raises:
        ValueError: the retention is below an hour, without ``force``.
        NoTableYetError: no table is there.
    """
    if retention_hours < SHORTEST_RETENTION_HOURS and not force:
        raise ValueError(
            f"less than {SHORTEST_RETENTION_HOURS} hour may take files from running queries and writers: "
            "force it only where there are none"
        )
    table = open_table(uri)
    return len(table.vacuum(retention_hours, dry_run=False, enforce_retention_duration=False, full=True))
