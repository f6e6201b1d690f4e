import os
import time
from collections import Counter
from pathlib import Path

import pytest

from pipeline.lakehouse.maintenance import MANY, Compacted, compact, spare_files, tidy, vacuum
from pipeline.lakehouse.table import NoTableYetError, open_table
from pipeline.lakehouse.writer import LakehouseWriter

DAY = 24 * 3600


@pytest.fixture
def small_files(rows, uri) -> list[Path]:
    for offset in range(4):
        LakehouseWriter(uri).append("a", offset, offset, [rows([offset])])
    return sorted(Path(uri).glob("date=*/*.parquet"))


def make_old(files: list[Path]) -> None:
    then = time.time() - 30 * DAY
    for file in files:
        os.utime(file, (then, then))


@pytest.mark.usefixtures("small_files")
def test_compaction_makes_one_file_of_many_and_changes_no_row(uri, stored):
    assert compact(uri) == Compacted(4, 1)
    assert len(open_table(uri).file_uris()) == 1
    assert stored() == Counter(range(4))
    assert compact(uri) == Compacted(0, 0)


def test_files_are_kept_for_those_who_still_read_them(small_files, uri, stored):
    make_old(small_files)
    compact(uri)

    assert vacuum(uri) == 0
    assert all(file.exists() for file in small_files)
    assert vacuum(uri, retention_hours=0, force=True) == 4
    assert not any(file.exists() for file in small_files)
    assert stored() == Counter(range(4))


def test_what_crashed_writers_left_goes_and_what_is_being_written_stays(small_files, uri):
    folder = small_files[0].parent
    left, in_work = folder / "part-left.parquet", folder / "part-in-work.parquet"
    for file in (left, in_work):
        file.write_bytes(b"PAR1")
    make_old([left])

    assert vacuum(uri) == 1
    assert (left.exists(), in_work.exists()) == (False, True)
    assert all(file.exists() for file in small_files)


def test_a_short_retention_must_be_forced(uri):
    with pytest.raises(ValueError, match="force"):
        vacuum(uri, retention_hours=0)


@pytest.mark.parametrize("chore", [compact, vacuum, tidy, spare_files])
def test_without_a_table_there_is_nothing_to_maintain(uri, chore):
    with pytest.raises(NoTableYetError):
        chore(uri)
    assert not Path(uri).exists()


@pytest.mark.usefixtures("small_files")
def test_small_files_are_spare_but_for_one_of_each_date(uri):
    assert spare_files(uri) == 3
    assert spare_files(uri, target_bytes=1) == 0
    compact(uri)
    assert spare_files(uri) == 0


@pytest.mark.parametrize(("many", "done"), [(4, Compacted(0, 0)), (3, Compacted(4, 1))])
def test_tidying_compacts_once_it_is_worth_it(many, done, small_files, uri, stored, monkeypatch):
    monkeypatch.setattr("pipeline.lakehouse.maintenance.MANY", many)

    assert tidy(uri) == (done, 0)
    assert stored() == Counter(range(4))


@pytest.mark.usefixtures("small_files")
def test_tidying_deletes_what_has_long_been_unused_and_nothing_else(small_files, uri, stored):
    left = small_files[0].parent / "part-left.parquet"
    left.write_bytes(b"PAR1")
    make_old([left, *small_files])

    assert tidy(uri) == (Compacted(0, 0), 1)
    assert not left.exists()
    assert stored() == Counter(range(4))
    assert len(small_files) < MANY
