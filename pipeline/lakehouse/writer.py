"""Writes the lakehouse so that each Kafka record is in it exactly once.

A commit holds rows of one Kafka partition and, as a Delta transaction under that partition's own app id, the last
offset that it covers. Both become visible together or not at all. Whoever replays finds there which offsets are done,
whatever the borders of the commits are by then. Delta keeps such transactions but leaves the comparing to the writer
(its protocol's "Transaction Identifiers").
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from deltalake import DeltaTable
from deltalake.exceptions import CommitFailedError

from pipeline.lakehouse.schema import SCHEMA
from pipeline.lakehouse.table import commit, last_offset, open_or_create_table, renew

log = logging.getLogger(__name__)

ATTEMPTS = 5
"""Tries at one commit: a rival under the same app id is rare, and each try begins with what it left to do."""

RENEW_EVERY = 50
"""Appends with one handle. Its list of files grows in pieces, one a commit, and each commit walks through them all:
with one handle for 2,000 of them a commit takes 150 ms, with a new one now and then 15 to 35 ms."""


class LostLakehouseError(Exception):
    """The table has less than it had: it was deleted, or is an older one."""


@dataclass(frozen=True, slots=True)
class Appended:
    """What became of one append: how many rows were written or there already, and which offsets never came."""

    written: int
    already_there: int
    missing: range


class LakehouseWriter:
    """Appends to the table at ``uri`` (a folder, ``s3://``, ``gs://``; credentials from the environment).

    ``schema`` is what a row is, by default a drawing that was read; it has columns ``offset`` and ``date``.

    The first append opens the table, or makes it. It stays open, so that a later one reads only what other writers
    have added since. Until then the writer may be pickled; it is for one thread at a time.
    """

    def __init__(self, uri: str, schema: pa.Schema = SCHEMA) -> None:
        self._uri = uri
        self._schema = schema
        self._table: DeltaTable | None = None
        self._appends = 0
        self._covered: dict[str, int] = {}

    def append(self, app_id: str, first: int, last: int, batches: Sequence[pa.RecordBatch]) -> Appended:
        """Commit those rows of one Kafka partition's offsets ``first`` to ``last`` that are new.

        ``app_id`` names the partition for as long as its offsets mean the same records. An offset without a row is a
        rejected record. Offsets without any row are committed too, as a log entry without a file: only an unbroken
        chain of commits proves that nothing was lost. Offsets skipped since the last commit (by the first one: since
        0) are logged as an error and returned; what did come is written all the same. (Kafka skips an offset itself
        where a producer commits a transaction, or where retention was faster than the reader.)

        Raises:
            ValueError: a row lies outside ``first`` to ``last``.
            DeltaError, OSError: the commit failed. To call again with the same offsets, or others, is safe.
            LostLakehouseError: what this writer has committed is gone; to add more would hide that.
        """
        rows = pa.Table.from_batches(batches, schema=self._schema)
        _check_coverage(rows, first, last)
        failures = 0
        while True:
            try:
                return self._append(app_id, first, last, rows)
            except CommitFailedError as failure:
                failures += 1
                if failures == ATTEMPTS:
                    raise
                log.warning("%s: another writer was faster (%s); trying again", app_id, failure)

    def _append(self, app_id: str, first: int, last: int, rows: pa.Table) -> Appended:
        table = self._take_table()
        committed = last_offset(table, app_id)
        if committed < self._covered.get(app_id, -1):
            raise LostLakehouseError(f"{self._uri} no longer has offset {self._covered[app_id]} of {app_id}")
        new = _rows_after(committed, rows)
        if last > committed:
            commit(table, app_id, last, new)
        self._table = table
        self._covered[app_id] = max(last, committed)
        missing = range(committed + 1, first)
        if missing:
            log.error("%s: offsets %d to %d never reached the lakehouse", app_id, missing[0], missing[-1])
        return Appended(new.num_rows, rows.num_rows - new.num_rows, missing)

    def _take_table(self) -> DeltaTable:
        """The table as it is now.

        It is put back when all went well: what failed may be the handle, say because the folder was deleted.
        """
        table, self._table = self._table, None
        self._appends += 1
        if table is None:
            return open_or_create_table(self._uri, self._schema)
        if self._appends % RENEW_EVERY == 0:
            return renew(table)
        table.update_incremental()
        return table


def _check_coverage(rows: pa.Table, first: int, last: int) -> None:
    offsets = rows["offset"].to_numpy()
    if last < first or (offsets.size and not first <= offsets.min() <= offsets.max() <= last):
        raise ValueError(f"rows of other offsets than {first} to {last}, which they are said to cover")


def _rows_after(committed: int, rows: pa.Table) -> pa.Table:
    """The rows beyond an offset, in order; of rows with the same offset one."""
    offsets = rows["offset"].to_numpy()
    if offsets.size and offsets[0] > committed and (np.diff(offsets) > 0).all():
        return rows  # as a rule; to pick rows copies all of them
    offsets, places = np.unique(offsets, return_index=True)
    return rows.take(places[offsets > committed])
