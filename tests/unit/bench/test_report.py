from dataclasses import replace
from pathlib import Path

import numpy as np
import orjson
import pytest
from PIL import Image

from bench.chart import draw, draw_series
from bench.engine import BARE_LOOP, OURS
from bench.measure import Measurement
from bench.report import Report

MEASURED = Measurement(
    machine_load_before=0.02,
    first_answer_seconds=3.21987,
    throughput=1000.0,
    cold_throughput=800.0,
    latency={"p50_ms": 12.0, "p95_ms": 20.0, "p99_ms": 30.0},
    lone_ms=14.0,
    cpu_seconds_per_1000=1.5,
    broker_cpu_seconds_per_1000=0.1,
    idle_cpu_share=0.02,
    batch_size=1024.0,
    peak_memory_mb={"a": 100, "b": 200},
    accuracy=0.997,
    unanswered=0,
    repeats=0,
)


@pytest.fixture
def report() -> Report:
    """Two rounds: the machine was half as fast in the second one."""
    report = Report("raster", 10_000)
    for share in (1.0, 0.5):
        report.enter(BARE_LOOP, replace(MEASURED, throughput=1000 * share))
        report.enter(OURS, replace(MEASURED, throughput=900 * share, latency={"p50_ms": 20.0, "p99_ms": 40.0}))
    report.enter("one-at-a-time", replace(MEASURED, latency={"p50_ms": None, "p99_ms": None}, lone_ms=None))
    report.enter("bytewax", "it died")
    return report


def test_the_ratio_is_of_the_same_round(report: Report) -> None:
    assert report.figures(OURS)["ratio"] == {"median": 0.9, "least": 0.9, "greatest": 0.9}
    assert report.figures(OURS)["throughput"] == {"median": 675.0, "least": 450.0, "greatest": 900.0}


def test_the_summary_is_of_ours_and_survives_json(report: Report) -> None:
    summary = orjson.loads(orjson.dumps(report.summary()))

    assert summary["throughput_ratio_to_bare_loop"] == 0.9
    assert (summary["latency_p50_ms"], summary["latency_p99_ms"]) == (20, 40)
    assert summary["throughput_of"] == {BARE_LOOP: 750, OURS: 675, "one-at-a-time": 1000}
    assert summary["failures"] == {"bytewax": ["it died"]}


def test_a_round_that_failed_leaves_the_others_in_step() -> None:
    report = Report("raster", 10_000)
    report.enter(BARE_LOOP, "it died")
    report.enter(OURS, replace(MEASURED, throughput=100.0))
    report.enter(BARE_LOOP, replace(MEASURED, throughput=1000.0))
    report.enter(OURS, replace(MEASURED, throughput=900.0))

    assert report.figures(OURS)["ratio"] == {"median": None, "least": 0.9, "greatest": None}


def test_the_table_has_a_row_for_each_engine(report: Report) -> None:
    head, _, *rows = report.to_markdown().splitlines()

    assert [row.count("|") for row in rows[:3]] == [head.count("|")] * 3
    assert "675 (450–900)" in rows[1]
    assert "20 ms" in rows[1]
    assert "–" in rows[2], "what does not keep up has no latency"
    assert "it died" in rows[3]


def test_the_file_has_every_round(report: Report) -> None:
    kept = orjson.loads(report.to_json())

    assert [one["throughput"] for one in kept["engines"][OURS]["rounds"]] == [900, 450]
    assert kept["engines"][OURS]["rounds"][0]["first_answer_seconds"] == 3.22
    assert kept["machine"]["cores"] >= 1


def test_charts_are_drawn(report: Report, tmp_path: Path) -> None:
    draw(report, tmp_path / "new" / "bench.png")
    draw_series({"lag": (np.arange(3.0), np.array([1.0, 2.0, np.inf]))}, tmp_path / "soak.png")

    for name in ("new/bench.png", "soak.png"):
        assert len(Image.open(tmp_path / name).convert("L").getcolors() or []) > 10
