import base64
import csv
import json
import os
import subprocess
import sys

import pytest

from pipeline.lakehouse import corrections, maintenance
from pipeline.lakehouse.__main__ import main
from pipeline.lakehouse.location import corrections_beside
from pipeline.lakehouse.schema import SCHEMA
from pipeline.lakehouse.writer import LakehouseWriter


@pytest.fixture(autouse=True)
def table(rows, uri) -> None:
    LakehouseWriter(uri).append("a", 0, 1, [rows([0, 1])])
    LakehouseWriter(uri).append("a", 2, 2, [rows([2])])


@pytest.fixture
def run(uri, capsys):
    """Runs a command line on the table; its status, what it printed, and its complaint."""

    def run(*arguments: str) -> tuple[int, str, str]:
        status = main([*arguments, "--table", uri])
        out, err = capsys.readouterr()
        return status, out, err

    return run


def test_a_table_for_people(run):
    status, out, _ = run("SELECT number, count(*) AS n FROM predictions GROUP BY 1")
    assert status == 0
    assert [cell.strip() for cell in out.splitlines()[1].split("┃")[1:-1]] == ["number", "n"]
    assert [cell.strip() for cell in out.splitlines()[3].split("│")[1:-1]] == ["7", "3"]


def test_every_column_fits_into_a_pipe(run):
    _, out, _ = run("FROM predictions LIMIT 1")
    _, names, _, values, _ = out.splitlines()
    assert [cell.strip() for cell in names.split("┃")[1:-1]] == SCHEMA.names
    assert "drawing-" in values
    assert "2026-03-01T12:00:00+00:00" in values


def test_what_is_too_wide_for_the_terminal_is_a_list(run, monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "dumb")
    _, out, _ = run("FROM predictions LIMIT 1")
    assert [line.split("│")[1].strip() for line in out.splitlines()[1:-1]] == SCHEMA.names
    assert max(len(line) for line in out.splitlines()) <= 80


def test_tidying_is_quiet_where_there_is_nothing_to_do(run, uri, tmp_path, capsys):
    assert run("tidy") == (0, "", "")
    assert main(["tidy", "--table", str(tmp_path / "no table yet")]) == 0
    assert capsys.readouterr() == ("", "")


def test_a_sender_cannot_command_the_terminal(run):
    _, out, _ = run("SELECT chr(27) || '[31m' AS a, '[bold]b[/bold]' AS b, ink[1] AS ink FROM predictions LIMIT 1")
    assert "\x1b" not in out
    assert "[bold]b[/bold]" in out
    assert "784 bytes" in out


def test_a_long_answer_says_that_it_is_cut(run):
    _, out, err = run("SELECT unnest(range(5000)) AS n")
    assert "│ 999 " in out
    assert "│ 1000 " not in out
    assert "5000 rows" in err


def test_json(run):
    status, out, _ = run(
        """SELECT drawing_id, digits[1].digit AS digit, ink, predicted_at, date, sum("offset") OVER () AS total,
                  'nan'::DOUBLE AS nothing, 170141183460469231731687303715884105727 AS huge
           FROM predictions ORDER BY "offset" LIMIT 1""",
        "--json",
    )
    assert status == 0
    assert json.loads(out) == [
        {
            "drawing_id": "drawing-0",
            "digit": 7,
            "ink": [base64.b64encode(bytes(784)).decode()],
            "predicted_at": "2026-03-01T12:00:00+00:00",
            "date": "2026-03-01",
            "total": 3,
            "nothing": None,
            "huge": pytest.approx(2**127),
        }
    ]


def test_json_without_rows_is_an_empty_array(run):
    assert run("FROM predictions WHERE false", "--json") == (0, "[]\n", "")


def test_csv(run):
    status, out, _ = run(
        """SELECT "offset", number, date, predicted_at, NULL AS nothing, 'a,"b' AS odd, [1, 2] AS list, ink[1] AS ink
           FROM predictions ORDER BY 1""",
        "--csv",
    )
    names, first, *others = csv.reader(out.splitlines())
    assert status == 0
    assert names == ["offset", "number", "date", "predicted_at", "nothing", "odd", "list", "ink"]
    assert first[:7] == ["0", "7", "2026-03-01", "2026-03-01T12:00:00+00:00", "", 'a,"b', "[1,2]"]
    assert base64.b64decode(first[7]) == bytes(784)
    assert len(others) == 2


def test_wrong_sql_is_one_sentence_and_status_1(run):
    assert run("SELEC 1") == (1, "", 'Parser Error: syntax error at or near "SELEC"\n')


@pytest.mark.parametrize("form", [[], ["--json"], ["--csv"]])
@pytest.mark.parametrize("value", ["'infinity'::TIMESTAMP", "DATE '20000-01-01'", "[DATE '5000-01-01 (BC)']"])
def test_a_time_that_cannot_be_printed_is_one_sentence_and_status_1(run, value, form):
    status, _, complaint = run(f"SELECT {value} AS moment", *form)
    assert status == 1
    assert "VARCHAR" in complaint
    assert complaint.count("\n") == 1
    assert run(f"SELECT ({value})::VARCHAR AS moment", *form)[0] == 0


@pytest.mark.parametrize(
    ("chore", "option", "value"),
    [
        *(("compact", "--target-size", value) for value in ("-1", "0", "100000000000000", "large")),
        *(("vacuum", "--retention-hours", value) for value in ("-1", "100000000000000", "long")),
    ],
)
def test_an_impossible_size_or_time_is_refused(run, capsys, chore, option, value):
    with pytest.raises(SystemExit) as end:
        run(chore, option, value)
    assert end.value.code == 2
    assert f"argument {option}: " in capsys.readouterr().err


def test_no_table_is_one_sentence_and_status_1(capsys, tmp_path):
    assert main(["SELECT 1", "--table", str(tmp_path / "none")]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "make run" in err
    assert err.count("\n") == 1


def test_the_table_is_the_settings_unless_given(uri, tmp_path):
    ask = [sys.executable, "-m", "pipeline.lakehouse", "SELECT count(*) AS n FROM predictions", "--csv"]
    environment = {"INKSTREAM_LAKEHOUSE_URI": uri}
    answer = run_process(ask, environment)
    assert (answer.returncode, answer.stdout) == (0, "n\n3\n")
    other = run_process([*ask, "--table", str(tmp_path / "none")], environment)
    assert other.returncode == 1


def test_times_are_utc_wherever_the_machine_is(uri):
    sql = "SELECT predicted_at, predicted_at::VARCHAR AS text FROM predictions LIMIT 1"
    answer = run_process(
        [sys.executable, "-m", "pipeline.lakehouse", sql, "--csv", "--table", uri], {"TZ": "Asia/Tokyo"}
    )
    assert answer.stdout.splitlines()[1] == "2026-03-01T12:00:00+00:00,2026-03-01 12:00:00+00"


def test_a_reader_that_has_seen_enough_is_no_error(uri):
    command = [sys.executable, "-m", "pipeline.lakehouse", "SELECT unnest(range(200000))", "--csv", "--table", uri]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""


def test_chores_say_what_they_did(run):
    assert run("compact") == (0, "2 files became 1\n", "")
    assert run("compact", "--target-size", "200") == (0, "the files are as few as can be already\n", "")
    assert run("vacuum") == (0, "0 files deleted\n", "")
    status, _, complaint = run("vacuum", "--retention-hours", "0")
    assert status == 1
    assert "force" in complaint
    assert run("vacuum", "--retention-hours", "0", "--force") == (0, "2 files deleted\n", "")
    assert json.loads(run("SELECT count(*) AS n FROM predictions", "--json")[1]) == [{"n": 3}]


def test_chores_are_done_for_the_table_of_corrections_too(run, uri, corrected):
    for offset in range(3):
        rows = [corrections.to_arrow([corrected(offset, "a", "1")])]
        LakehouseWriter(corrections_beside(uri), corrections.SCHEMA).append("c", offset, offset, rows)

    assert run("compact") == (0, "5 files became 2\n", "")
    assert run("vacuum", "--retention-hours", "0", "--force") == (0, "5 files deleted\n", "")
    assert json.loads(run("SELECT count(*) AS n FROM corrections", "--json")[1]) == [{"n": 3}]


def test_tidying_finds_many_small_files_of_corrections_alone(run, uri, corrected, monkeypatch):
    monkeypatch.setattr(maintenance, "MANY", 2)
    for offset in range(3):
        rows = [corrections.to_arrow([corrected(offset, "a", "1")])]
        LakehouseWriter(corrections_beside(uri), corrections.SCHEMA).append("c", offset, offset, rows)

    assert run("tidy") == (0, "3 files became 1, 0 old files deleted\n", "")


def test_a_chore_is_one_only_as_the_first_word(uri, capsys):
    assert main(["--table", uri, "compact"]) == 1
    assert "Parser Error" in capsys.readouterr().err


def test_every_option_is_explained(capsys):
    for chore in ([], ["compact"], ["vacuum"]):
        with pytest.raises(SystemExit, match="0"):
            main([*chore, "--help"])
        text = capsys.readouterr().out
        assert "--table" in text
        assert "default" in text


def run_process(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=False)
