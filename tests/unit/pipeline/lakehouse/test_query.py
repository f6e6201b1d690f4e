from datetime import date, datetime, timezone
from pathlib import Path

import pytest

from pipeline.lakehouse import corrections
from pipeline.lakehouse.location import corrections_beside
from pipeline.lakehouse.query import QueryError, query
from pipeline.lakehouse.schema import to_arrow
from pipeline.lakehouse.table import NoTableYetError
from pipeline.lakehouse.writer import LakehouseWriter

DAY = 24 * 3600 * 1000
MARCH_1 = int(datetime(2026, 3, 1, tzinfo=timezone.utc).timestamp() * 1000)


@pytest.fixture(autouse=True)
def table(reading, uri) -> None:
    """Two days: on the first the numbers 1 and 22, on the second 1."""
    days = [to_arrow([reading(0, "1", predicted_at=MARCH_1), reading(1, "22", predicted_at=MARCH_1)])]
    days.append(to_arrow([reading(2, "1", predicted_at=MARCH_1 + DAY)]))
    lakehouse = LakehouseWriter(uri)
    lakehouse.append("a", 0, 1, days[:1])
    lakehouse.append("a", 2, 2, days[1:])


def test_sql_is_answered(uri):
    answer = query(uri, "SELECT number, count(*) AS n FROM predictions GROUP BY 1 ORDER BY 1")
    assert answer.to_pylist() == [{"number": "1", "n": 2}, {"number": "22", "n": 1}]


def test_digits_and_ink_are_within_reach(uri):
    columns = 'digits[2].digit AS d, digits[2].box."left" AS x, ink[2] AS ink'
    answer = query(uri, f"SELECT {columns} FROM predictions WHERE len(digits) = 2")
    assert answer.to_pylist() == [{"d": 2, "x": 20, "ink": bytes([11]) * 784}]


def test_a_filter_by_date_opens_no_other_file(uri):
    (other,) = Path(uri).glob("date=2026-03-02/*.parquet")
    other.unlink()

    assert query(uri, "SELECT number FROM predictions WHERE date = DATE '2026-03-01'").num_rows == 2
    with pytest.raises(QueryError):
        query(uri, "SELECT number FROM predictions")


def test_a_filter_by_time_opens_no_other_file(uri):
    (other,) = Path(uri).glob("date=2026-03-01/*.parquet")
    other.unlink()

    answer = query(uri, "SELECT date FROM predictions WHERE predicted_at > TIMESTAMPTZ '2026-03-01 12:00:00Z'")
    assert answer.to_pylist() == [{"date": date(2026, 3, 2)}]


def test_only_the_columns_asked_for_are_read(uri):
    plan = query(uri, "EXPLAIN SELECT number FROM predictions WHERE confidence > 0.1").to_pylist()[0]["explain_value"]
    assert "Projections: number" in plan
    assert "confidence>0.1" in plan
    assert "ink" not in plan


def test_what_was_written_meanwhile_is_seen(rows, uri):
    query(uri, "SELECT 1")
    LakehouseWriter(uri).append("a", 3, 3, [rows([3])])
    assert query(uri, "SELECT count(*) AS n FROM predictions").to_pylist() == [{"n": 4}]


def test_columns_of_the_same_name_are_told_apart(uri):
    assert query(uri, "SELECT 1 AS a, 2 AS a, 3 AS a").to_pylist() == [{"a": 1, "a_1": 2, "a_2": 3}]


@pytest.mark.parametrize(
    "sql",
    [
        "COPY predictions TO '{folder}/out.csv'",
        "ATTACH '{folder}/out.db'",
        "EXPORT DATABASE '{folder}/out'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "CREATE TABLE copy AS FROM predictions",
        "DROP VIEW predictions",
        "DROP VIEW corrected",
        "INSERT INTO predictions VALUES (1)",
        "SELECT 1; SELECT 2",
        "",
    ],
)
def test_whatever_does_not_read_is_refused(uri, tmp_path, sql):
    with pytest.raises(QueryError, match="one SELECT at a time"):
        query(uri, sql.format(folder=tmp_path))
    assert not list(tmp_path.glob("out*"))


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('{file}')",
        "SELECT * FROM '{file}'",
        "SELECT * FROM glob('/*')",
        "EXPLAIN ANALYZE COPY predictions TO '{file}'",
        "SELECT * FROM uri",
        "SELECT getenv('PATH')",
    ],
)
def test_nothing_outside_the_table_can_be_reached(uri, tmp_path, sql):
    file = tmp_path / "secret.csv"
    file.write_text("secret\n")
    with pytest.raises(QueryError):
        query(uri, sql.format(file=file))
    assert file.read_text() == "secret\n"


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("SELEC 1", 'Parser Error: syntax error at or near "SELEC"'),
        ("FROM prediction", 'Catalog Error: Table with name prediction does not exist! Did you mean "predictions"?'),
        ("SELECT numbr FROM predictions", 'Binder Error: Referenced column "numbr" not found in FROM clause! .*number'),
    ],
)
def test_wrong_sql_is_explained_in_one_line(uri, sql, sentence):
    with pytest.raises(QueryError, match=sentence.replace("?", r"\?")) as raised:
        query(uri, sql)
    assert "\n" not in str(raised.value)


def test_no_table_yet(tmp_path):
    with pytest.raises(NoTableYetError, match="make run"):
        query(str(tmp_path / "none"), "SELECT 1")


def test_without_a_table_of_corrections_there_are_none_with_the_right_columns(uri):
    for view in ("corrections", "corrected"):
        answer = query(uri, f"FROM {view}")
        assert (answer.num_rows, answer.column_names) == (0, corrections.SCHEMA.names)


def test_of_several_corrections_of_a_drawing_the_one_that_landed_last_counts(uri, corrected):
    said = [(0, "drawing-0", "4"), (1, "drawing-1", "22"), (2, "drawing-0", "7"), (3, "drawing-0", "9")]
    rows = [corrected(*correction, landed_at=MARCH_1 + correction[0] // 2) for correction in said]
    writer = LakehouseWriter(corrections_beside(uri), corrections.SCHEMA)
    writer.append("c", 0, 3, [corrections.to_arrow(rows)])
    # Its topic was made anew, so that its offset is small again.
    writer.append("d", 0, 0, [corrections.to_arrow([corrected(0, "drawing-2", "8", landed_at=MARCH_1 + 9)])])

    assert query(uri, "SELECT count(*) AS n FROM corrections").to_pylist() == [{"n": 5}]
    truth = "SELECT drawing_id AS id, coalesce(c.number, p.number) AS number FROM predictions p"
    answer = query(uri, f"{truth} LEFT JOIN corrected c USING (drawing_id) ORDER BY 1")
    assert [tuple(row.values()) for row in answer.to_pylist()] == [
        ("drawing-0", "9"),
        ("drawing-1", "22"),
        ("drawing-2", "8"),
    ]


def test_a_correction_of_a_topic_made_anew_counts_before_those_of_larger_offsets(uri, corrected):
    writer = LakehouseWriter(corrections_beside(uri), corrections.SCHEMA)
    writer.append("c", 0, 7, [corrections.to_arrow([corrected(7, "a", "1", landed_at=MARCH_1)])])
    writer.append("d", 0, 0, [corrections.to_arrow([corrected(0, "a", "2", landed_at=MARCH_1 + 1)])])

    assert query(uri, "SELECT number FROM corrected").to_pylist() == [{"number": "2"}]
