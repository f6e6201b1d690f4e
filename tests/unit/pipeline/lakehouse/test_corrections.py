from datetime import date, datetime, timezone

import pytest
from deltalake import DeltaTable

from pipeline.lakehouse.corrections import SCHEMA, to_arrow
from pipeline.lakehouse.writer import Appended, LakehouseWriter

MIDNIGHT = int(datetime(2026, 3, 2, tzinfo=timezone.utc).timestamp() * 1000)


def test_a_row_says_all_that_is_known_of_a_correction(corrected):
    (row,) = to_arrow([corrected(5, "a", "42", landed_at=MIDNIGHT - 1)]).to_pylist()

    assert row == {
        "drawing_id": "a",
        "number": "42",
        "read": "47",
        "source": "test",
        "topic": "corrections",
        "partition": 0,
        "offset": 5,
        "corrected_at": datetime(2026, 3, 1, 12, tzinfo=timezone.utc),
        "landed_at": datetime(2026, 3, 1, 23, 59, 59, 999_000, tzinfo=timezone.utc),
        "date": date(2026, 3, 1),
    }


def test_no_corrections_are_no_rows():
    assert (to_arrow([]).num_rows, to_arrow([]).schema) == (0, SCHEMA)


@pytest.mark.parametrize("again", [[0, 1], [0, 1, 2], [1, 2]])
def test_each_is_written_once_however_often_it_comes(corrected, uri, again):
    rows = {offset: to_arrow([corrected(offset, "a", str(offset))]) for offset in range(3)}
    LakehouseWriter(uri, SCHEMA).append("c", 0, 1, [rows[0], rows[1]])

    appended = LakehouseWriter(uri, SCHEMA).append("c", again[0], again[-1], [rows[offset] for offset in again])

    new = len(set(again) - {0, 1})
    assert appended == Appended(new, len(again) - new, range(2, again[0]))
    table = DeltaTable(uri).to_pyarrow_dataset().to_table()
    assert sorted(table["number"].to_pylist()) == ["0", "1", "2"][: 2 + new]
    assert table.schema.names == SCHEMA.names
