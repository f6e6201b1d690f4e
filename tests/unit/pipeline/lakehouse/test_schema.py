from datetime import date, datetime, timezone

import numpy as np
import pytest
from deltalake import DeltaTable

from pipeline.lakehouse.schema import SCHEMA, to_arrow
from pipeline.lakehouse.writer import LakehouseWriter

MIDNIGHT = int(datetime(2026, 3, 2, tzinfo=timezone.utc).timestamp() * 1000)


def test_a_row_says_all_that_is_known_of_a_drawing(reading):
    row = to_arrow([reading(5, "42", submitted_at=MIDNIGHT - 1500, predicted_at=MIDNIGHT - 1)]).to_pylist()[0]

    four, two = row.pop("digits")
    assert four["digit"] == 4
    assert two == {
        "digit": 2,
        "confidence": 0.5,
        "probabilities": [0, 0, 1, 0, 0, 0, 0, 0, 0, 0],
        "box": {"left": 20, "top": 1, "width": 10, "height": 30},
    }
    assert row == {
        "drawing_id": "drawing-5",
        "number": "42",
        "confidence": 0.5,
        "ink": [bytes([50]) * 784, bytes([51]) * 784],
        "model": "model-1",
        "source": "test",
        "topic": "drawings",
        "partition": 0,
        "offset": 5,
        "submitted_at": datetime(2026, 3, 1, 23, 59, 58, 500_000, tzinfo=timezone.utc),
        "predicted_at": datetime(2026, 3, 1, 23, 59, 59, 999_000, tzinfo=timezone.utc),
        "date": date(2026, 3, 1),
    }


def test_drawings_of_several_lengths_keep_their_own_digits_and_ink(reading):
    numbers = ["1", "234", "56"]
    batch = to_arrow([reading(offset, number) for offset, number in enumerate(numbers)])
    batch.validate(full=True)
    rows = batch.to_pylist()

    assert ["".join(str(digit["digit"]) for digit in row["digits"]) for row in rows] == numbers
    assert [[raster[0] for raster in row["ink"]] for row in rows] == [[0], [10, 11, 12], [20, 21]]


def test_ink_that_is_part_of_a_larger_array_is_copied_right(reading):
    drawn = np.arange(4 * 784, dtype=np.uint16).astype(np.uint8).reshape(4, 28, 28)
    every_other = reading(0, "12")._replace(ink=drawn[::2])

    assert to_arrow([every_other]).to_pylist()[0]["ink"] == [drawn[0].tobytes(), drawn[2].tobytes()]


@pytest.mark.parametrize(("submitted_at", "year"), [(-1, 1970), (-(10**18), 1970), (10**18, 9999)])
def test_a_sender_with_an_impossible_clock_harms_nobody(reading, uri, submitted_at, year):
    LakehouseWriter(uri).append("a", 0, 1, [to_arrow([reading(0, submitted_at=submitted_at), reading(1)])])

    wrong, right = DeltaTable(uri).to_pyarrow_dataset().to_table().to_pylist()
    assert wrong["submitted_at"].year == year
    assert right["submitted_at"].year == 2026


def test_the_date_is_the_pipelines_and_utc(reading):
    batch = to_arrow(
        [
            reading(0, submitted_at=0, predicted_at=MIDNIGHT - 1),
            reading(1, submitted_at=0, predicted_at=MIDNIGHT),
        ]
    )
    assert batch["date"].to_pylist() == [date(2026, 3, 1), date(2026, 3, 2)]


def test_no_readings_are_no_rows():
    batch = to_arrow([])
    assert (batch.num_rows, batch.schema) == (0, SCHEMA)


def test_delta_gives_back_the_types_that_were_written(rows, uri):
    LakehouseWriter(uri).append("a", 0, 2, [rows(range(3))])

    read = DeltaTable(uri).to_pyarrow_dataset().to_table()
    assert read.schema.names == SCHEMA.names
    assert read.schema.field("submitted_at").type == SCHEMA.field("submitted_at").type
    assert read.to_pylist() == rows(range(3)).to_pylist()
