import json

import numpy as np
import pytest
from rich.console import Console

from producers.ledger import REJECTED, RIGHT, UNANSWERED, WRONG, Ledger
from producers.report import Report


@pytest.fixture
def ledger() -> Ledger:
    """100 predictions, 10 ms apart, with latencies of 1 to 100 ms; 90 right; then 3 rejections and 2 without answer."""
    ledger = Ledger(105, ["7"])
    ledger.answered_at[:100] = 50_000 + 10 * np.arange(100)
    ledger.submitted_at[:100] = ledger.answered_at[:100] - np.arange(1, 101)
    ledger.outcomes[:100] = [RIGHT] * 90 + [WRONG] * 10
    ledger.outcomes[100:] = [REJECTED] * 3 + [UNANSWERED] * 2
    ledger.answered_at[100:103] = 900_000
    ledger.repeats = 4
    return ledger


def test_every_drawing_is_counted_once(ledger: Ledger) -> None:
    report = Report.of(ledger, sending_seconds=2.0)
    assert (report.drawings, report.predicted, report.rejected, report.unanswered) == (105, 100, 3, 2)
    assert report.repeats == 4
    assert report.sent_per_second == 52.5


def test_throughput_is_between_the_first_prediction_and_the_last(ledger: Ledger) -> None:
    assert Report.of(ledger, 1.0).predictions_per_second == pytest.approx(100)


def test_latency_counts_predictions_alone(ledger: Ledger) -> None:
    report = Report.of(ledger, 1.0)
    latencies = (report.latency_p50_ms, report.latency_p95_ms, report.latency_p99_ms)
    assert latencies == pytest.approx((50.5, 95.05, 99.01))


def test_accuracy_is_of_predictions(ledger: Ledger) -> None:
    assert Report.of(ledger, 1.0).accuracy == pytest.approx(0.9)


def test_without_answers_there_are_no_figures_rather_than_zeros() -> None:
    report = Report.of(Ledger(2, ["7"]), 1.0)
    assert report.unanswered == 2
    assert {report.predictions_per_second, report.latency_p50_ms, report.latency_p99_ms, report.accuracy} == {None}


def test_one_prediction_has_a_latency_and_no_throughput() -> None:
    ledger = Ledger(1, ["7"])
    ledger.submitted_at[0], ledger.answered_at[0], ledger.outcomes[0] = 1_000, 1_020, RIGHT
    report = Report.of(ledger, 1.0)
    assert (report.latency_p99_ms, report.predictions_per_second) == (20, None)


def test_json_has_every_figure(ledger: Ledger) -> None:
    figures = json.loads(Report.of(ledger, 1.0).to_json())
    assert figures["accuracy"] == pytest.approx(0.9)
    assert set(figures) == set(Report.__dataclass_fields__)


def test_the_table_reads_well(ledger: Ledger) -> None:
    console = Console(width=80)
    with console.capture() as captured:
        console.print(Report.of(ledger, 2.0).to_table())
    rows = dict(line.strip("│ ").split(" │ ") for line in captured.get().splitlines() if line.count("│") == 3)
    rows = {name.strip(): value.strip() for name, value in rows.items()}
    assert (rows["predictions per second"], rows["accuracy"], rows["latency p50 ms"]) == ("100", "90.00%", "50")
