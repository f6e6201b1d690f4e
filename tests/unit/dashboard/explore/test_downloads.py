import csv
import io

import pyarrow.parquet as pq

from dashboard.explore.downloads import PLAIN, comma_separated, first_rows, parquet
from dashboard.explore.rows import ORDERS
from dashboard.stored.filters import Filters


def test_the_first_rows_of_either_order_as_parquet(lakehouse, write):
    for number, confidence in (("1", 0.7), ("2", 0.1), ("3", 0.7), ("4", 0.3)):
        write.drawings(number, confidence=confidence)
    write.correction("drawing-1", "7")
    table = first_rows(lakehouse, Filters(), ORDERS["Least certain first"], most=3)
    again = pq.read_table(io.BytesIO(parquet(table))).to_pylist()
    assert [row["number"] for row in again] == ["2", "4", "1"]
    assert [row["corrected"] for row in again] == ["7", None, None]
    assert again[0]["ink"] == [bytes([2]) * 784]
    assert first_rows(lakehouse, Filters(), ORDERS["Newest first"], most=2)["number"].to_pylist() == ["4", "3"]
    assert first_rows(lakehouse, Filters(number="3"), ORDERS["Newest first"])["number"].to_pylist() == ["3"]


def test_csv_has_plain_columns_and_values_as_they_are(lakehouse, write):
    write.drawings("007", source='a,"b"\n')
    table = first_rows(lakehouse, Filters(), ORDERS["Newest first"], PLAIN)
    (row,) = csv.DictReader(io.StringIO(comma_separated(table).decode(), newline=""))
    assert (row["number"], row["source"], row["corrected"]) == ("007", 'a,"b"\n', "")
    assert row["predicted_at"] == "2026-03-01T12:00:00+00:00"
    assert "ink" not in row
