from collections import Counter

import pyarrow as pa
import pytest
from deltalake import DeltaTable
from deltalake.exceptions import CommitFailedError

from pipeline.lakehouse.schema import SCHEMA
from pipeline.lakehouse.table import NoTableYetError, commit, last_offset, open_or_create_table, open_table


def test_the_table_is_made_once_and_then_opened(uri):
    made, opened = open_or_create_table(uri, SCHEMA), open_or_create_table(uri, SCHEMA)
    assert made.metadata().id == opened.metadata().id
    assert opened.version() == 0
    assert last_offset(opened, "a") == -1


def test_a_rival_of_the_same_partition_fails_and_one_of_another_does_not(rows, uri, stored):
    open_or_create_table(uri, SCHEMA)
    first, rival, other = (DeltaTable(uri) for _ in range(3))
    commit(first, "a", 3, table_of(rows([1, 2, 3])))

    with pytest.raises(CommitFailedError):
        commit(rival, "a", 5, table_of(rows([1, 2, 3, 4, 5])))
    commit(other, "b", 7, table_of(rows([7])))
    assert stored() == Counter([1, 2, 3, 7])


def test_no_table_is_said_with_what_to_do(uri):
    with pytest.raises(NoTableYetError, match="make run"):
        open_table(uri)


def table_of(batch: pa.RecordBatch) -> pa.Table:
    return pa.Table.from_batches([batch])
