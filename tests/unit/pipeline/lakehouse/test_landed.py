from collections.abc import Callable
from pathlib import Path

import pytest
from deltalake.exceptions import DeltaError

from pipeline.forms import Corrected, Reading
from pipeline.lakehouse import corrections
from pipeline.lakehouse import landed as landed_module
from pipeline.lakehouse.landed import Destination, Landed
from pipeline.lakehouse.schema import to_arrow
from pipeline.lakehouse.table import NoTableYetError, app_id
from pipeline.lakehouse.writer import LakehouseWriter
from pipeline.messages import Correction, Origin

PARTITIONS = [("drawings", 0), ("drawings", 1), ("drawings", 2), ("corrections", 0)]


@pytest.fixture
def landed(tmp_path: Path) -> Landed:
    return Landed(
        {
            "drawings": Destination(str(tmp_path / "predictions"), "d"),
            "corrections": Destination(str(tmp_path / "corrections"), "c"),
        }
    )


def test_without_a_lakehouse_nothing_has_landed(landed: Landed) -> None:
    assert landed.next_offsets(PARTITIONS) == {}


def test_reading_goes_on_behind_what_has_landed(landed: Landed, reading: Callable[..., Reading]) -> None:
    drawings = LakehouseWriter(landed.destinations["drawings"].uri)
    drawings.append(app_id("d", "drawings", 0), 0, 41, [to_arrow([reading(41)])])
    drawings.append(app_id("d", "drawings", 2), 0, 0, [to_arrow([])])  # a rejection has no row, and has landed too
    mended = Corrected(Correction("a", "1", "7", "test", 0), Origin("corrections", 0, 5), 0)
    rows = corrections.to_arrow([mended])
    beside = LakehouseWriter(landed.destinations["corrections"].uri, rows.schema)
    beside.append(app_id("c", "corrections", 0), 0, 5, [rows])

    assert landed.next_offsets(PARTITIONS) == {("drawings", 0): 42, ("drawings", 2): 1, ("corrections", 0): 6}
    assert landed.next_offsets(PARTITIONS[:2]) == {("drawings", 0): 42}


def test_a_topic_made_anew_is_another_one(landed: Landed, reading: Callable[..., Reading]) -> None:
    writer = LakehouseWriter(landed.destinations["drawings"].uri)
    writer.append(app_id("old", "drawings", 0), 0, 41, [to_arrow([reading(41)])])

    assert landed.next_offsets(PARTITIONS) == {}


def test_a_lakehouse_out_of_reach_is_asked_again(landed: Landed, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([OSError("unreachable"), DeltaError("no answer")])

    def open_table(uri: str) -> None:
        raise next(answers, NoTableYetError(uri))

    monkeypatch.setattr(landed_module, "open_table", open_table)

    assert landed.next_offsets(PARTITIONS[:1]) == {}
