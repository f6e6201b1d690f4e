"""Real processes, each with a Delta library of its own."""

import multiprocessing
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

import pytest
from deltalake import DeltaTable

from pipeline.lakehouse.maintenance import compact, vacuum
from pipeline.lakehouse.table import open_table
from pipeline.lakehouse.writer import LakehouseWriter

PROCESSES = 3


@pytest.fixture(scope="module")
def processes() -> Iterator[ProcessPoolExecutor]:
    with ProcessPoolExecutor(PROCESSES, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield pool


def test_processes_that_make_the_table_at_the_same_time_all_write_to_it(processes, rows, tmp_path):
    for attempt in range(5):
        uri = str(tmp_path / str(attempt))
        pending = [
            processes.submit(LakehouseWriter(uri).append, f"drawings-{partition}", 0, 9, [rows(range(10))])
            for partition in range(PROCESSES)
        ]
        assert [each.result().written for each in pending] == [10] * PROCESSES
        table = DeltaTable(uri)
        assert sum(commit["operation"] == "CREATE TABLE" for commit in table.history()) == 1
        assert table.to_pyarrow_dataset().count_rows() == 10 * PROCESSES


def test_rivals_with_panes_that_overlap_store_each_record_once(processes, rows, uri, stored):
    for start in range(0, 60, 6):
        panes = [(start, start + 5), (start, start + 3), (start, start + 4)]
        pending = [
            processes.submit(LakehouseWriter(uri).append, "a", first, last, [rows(range(first, last + 1))])
            for first, last in panes
        ]
        assert sum(each.result().written for each in pending) == 6
    assert stored() == Counter(range(60))


def test_maintenance_while_the_stream_writes_loses_and_doubles_nothing(processes, rows, uri, stored):
    lakehouse = LakehouseWriter(uri)
    lakehouse.append("a", 0, 0, [rows([0])])
    compactions, offset = 0, 1
    while compactions < 5:
        chore = processes.submit(compact, uri)
        sweep = processes.submit(vacuum, uri, 1)
        while not (chore.done() and sweep.done()):
            assert lakehouse.append("a", offset, offset, [rows([offset])]).written == 1
            offset += 1
        compactions += chore.result().after
        assert sweep.result() == 0  # what was put together is still kept for those who read it
    assert stored() == Counter(range(offset))
    assert len(open_table(uri).file_uris()) < offset
