import logging
import os
import random
import shutil
import time
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable
from deltalake.exceptions import CommitFailedError, DeltaError

from pipeline.lakehouse import writer
from pipeline.lakehouse.table import last_offset, open_table
from pipeline.lakehouse.writer import Appended, LakehouseWriter, LostLakehouseError

NOTHING = range(0)


def parquet_files(uri: str) -> list[Path]:
    return sorted(Path(uri).glob("date=*/*.parquet"))


def test_the_first_append_makes_the_table_in_one_compressed_file_for_the_date(rows, uri, stored):
    assert LakehouseWriter(uri).append("a", 0, 2, [rows([0, 1]), rows([2])]) == Appended(3, 0, NOTHING)

    assert stored() == Counter([0, 1, 2])
    (file,) = parquet_files(uri)
    assert file.parent.name == "date=2026-03-01"
    assert pq.ParquetFile(file).metadata.row_group(0).column(0).compression == "ZSTD"


def test_a_replay_with_other_borders_adds_only_what_is_new(rows, uri, stored):
    lakehouse = LakehouseWriter(uri)
    lakehouse.append("a", 0, 9, [rows(range(10))])

    assert lakehouse.append("a", 5, 14, [rows(range(5, 12)), rows(range(12, 15))]) == Appended(5, 5, NOTHING)
    assert stored() == Counter(range(15))


def test_a_complete_replay_leaves_no_trace(rows, uri):
    lakehouse = LakehouseWriter(uri)
    lakehouse.append("a", 0, 9, [rows(range(10))])
    version, files = open_table(uri).version(), parquet_files(uri)

    assert lakehouse.append("a", 0, 9, [rows(range(10))]) == Appended(0, 10, NOTHING)
    assert (open_table(uri).version(), parquet_files(uri)) == (version, files)


def test_a_record_twice_in_one_pane_is_stored_once(rows, uri, stored):
    assert LakehouseWriter(uri).append("a", 0, 3, [rows([2, 3]), rows([0, 1, 2])]) == Appended(4, 1, NOTHING)
    assert stored() == Counter(range(4))


@pytest.mark.parametrize("seed", range(8))
def test_whatever_the_borders_and_failures_each_record_is_stored_once(rows, uri, stored, seed):
    """As Flink does: go on from a checkpoint, with other panes, in a new process or with the old handle."""
    dice = random.Random(seed)
    end = 60
    read = {offset for offset in range(end) if dice.random() < 0.8}  # the others are rejected drawings
    lakehouse, position, checkpoint, written = LakehouseWriter(uri), 0, 0, 0
    while position < end:
        last = min(position + dice.randrange(1, 12), end) - 1
        pane = [offset for offset in range(position, last + 1) if offset in read]
        appended = lakehouse.append("a", position, last, [rows(pane)] if pane else [])
        assert appended.missing == NOTHING
        written += appended.written
        position = last + 1
        if dice.random() < 0.4:
            checkpoint = position
        if dice.random() < 0.3:
            position = checkpoint
            lakehouse = dice.choice([lakehouse, LakehouseWriter(uri)])
    assert stored() == Counter(read)
    assert written == len(read)


def test_rejections_alone_are_committed_without_a_file_and_leave_no_gap(rows, uri):
    lakehouse = LakehouseWriter(uri)
    lakehouse.append("a", 0, 4, [rows(range(5))])
    files = parquet_files(uri)

    assert lakehouse.append("a", 5, 9, []) == Appended(0, 0, NOTHING)
    assert parquet_files(uri) == files
    assert last_offset(open_table(uri), "a") == 9
    assert lakehouse.append("a", 10, 10, [rows([10])]) == Appended(1, 0, NOTHING)


def test_skipped_offsets_are_reported_and_the_rest_is_stored(rows, uri, stored, caplog):
    lakehouse = LakehouseWriter(uri)
    lakehouse.append("topic-id/drawings-0", 0, 9, [rows(range(10))])

    assert lakehouse.append("topic-id/drawings-0", 20, 24, [rows(range(20, 25))]) == Appended(5, 0, range(10, 20))
    assert stored() == Counter([*range(10), *range(20, 25)])
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert "topic-id/drawings-0: offsets 10 to 19 " in record.getMessage()


def test_a_partition_that_does_not_begin_with_0_is_reported(rows, uri):
    assert LakehouseWriter(uri).append("a", 3, 4, [rows([3, 4])]).missing == range(3)


def test_a_topic_made_again_begins_again(rows, uri, stored):
    lakehouse = LakehouseWriter(uri)
    lakehouse.append("first-id/drawings-0", 0, 4, [rows(range(5))])

    assert lakehouse.append("second-id/drawings-0", 0, 2, [rows(range(3))]) == Appended(3, 0, NOTHING)
    assert stored()[0] == 2


@pytest.mark.parametrize(("first", "last"), [(1, 4), (0, 3), (9, 8)])
def test_rows_outside_the_offsets_that_they_cover_are_refused(rows, uri, first, last):
    with pytest.raises(ValueError, match=f"{first} to {last}"):
        LakehouseWriter(uri).append("a", first, last, [rows(range(5))])
    assert not Path(uri).exists()


def test_midnight_splits_a_pane_into_two_dates(rows, uri, stored):
    day = 24 * 3600 * 1000
    LakehouseWriter(uri).append("a", 0, 1, [rows([0], predicted_at=day - 1), rows([1], predicted_at=day)])

    assert [file.parent.name for file in parquet_files(uri)] == ["date=1970-01-01", "date=1970-01-02"]
    assert stored() == Counter([0, 1])


def test_whoever_is_overtaken_writes_only_what_the_rival_left(rows, uri, stored):
    rival = LakehouseWriter(uri)
    rival.append("a", 0, 0, [rows([0])])

    class Overtaken(LakehouseWriter):
        """Between its look at the table and its commit the rival commits, once."""

        overtaken = False

        def _take_table(self) -> DeltaTable:
            table = super()._take_table()
            if not self.overtaken:
                self.overtaken = True
                rival.append("a", 1, 5, [rows(range(1, 6))])
            return table

    assert Overtaken(uri).append("a", 1, 8, [rows(range(1, 9))]) == Appended(3, 5, NOTHING)
    assert stored() == Counter(range(9))


def test_a_writer_that_is_overtaken_every_time_gives_up(rows, uri, stored):
    rival = LakehouseWriter(uri)
    rival.append("a", 0, 0, [rows([0])])

    class Hopeless(LakehouseWriter):
        """The rival is always one offset ahead."""

        tries = 0

        def _take_table(self) -> DeltaTable:
            table = super()._take_table()
            self.tries += 1
            rival.append("a", self.tries, self.tries, [rows([self.tries])])
            return table

    hopeless = Hopeless(uri)
    with pytest.raises(CommitFailedError):
        hopeless.append("a", 1, 20, [rows(range(1, 21))])
    assert stored() == Counter(range(hopeless.tries + 1))


def test_what_was_deleted_is_missed_for_as_long_as_it_is_not_there(rows, uri, stored):
    """To go on behind the gap would leave it for ever: nobody reads again what is before the last offset."""
    lakehouse = LakehouseWriter(uri)
    lakehouse.append("a", 0, 4, [rows(range(5))])
    shutil.rmtree(uri)

    with pytest.raises(DeltaError):
        lakehouse.append("a", 5, 9, [rows(range(5, 10))])
    for _ in range(2):
        with pytest.raises(LostLakehouseError, match="no longer has offset 4 of a"):
            lakehouse.append("a", 5, 9, [rows(range(5, 10))])

    assert LakehouseWriter(uri).append("a", 0, 9, [rows(range(10))]) == Appended(10, 0, NOTHING)
    assert lakehouse.append("a", 10, 10, [rows([10])]) == Appended(1, 0, NOTHING)
    assert stored() == Counter(range(11))


def test_one_partition_is_not_missed_in_another(rows, uri, stored):
    lakehouse = LakehouseWriter(uri)
    lakehouse.append("a", 0, 4, [rows(range(5))])

    assert lakehouse.append("b", 0, 4, [rows(range(5))]) == Appended(5, 0, NOTHING)


def test_the_log_stays_short_and_still_knows_every_partition(rows, uri, stored, monkeypatch):
    monkeypatch.setattr(writer, "RENEW_EVERY", 4)
    lakehouse = LakehouseWriter(uri)
    lakehouse.append("quiet", 0, 0, [rows([0])])
    for offset in range(1, 10):
        lakehouse.append("busy", offset, offset, [rows([offset])])
    open_table(uri).create_checkpoint()
    log = Path(uri, "_delta_log")
    two_hours_ago = time.time() - 2 * 3600
    for file in log.iterdir():
        os.utime(file, (two_hours_ago, two_hours_ago))
    for offset in range(10, 15):
        lakehouse.append("busy", offset, offset, [rows([offset])])

    assert len(list(log.glob("*.json"))) < 8
    assert LakehouseWriter(uri).append("quiet", 0, 0, [rows([0])]) == Appended(0, 1, NOTHING)
    assert LakehouseWriter(uri).append("busy", 14, 14, [rows([14])]) == Appended(0, 1, NOTHING)
    assert stored() == Counter(range(15))
