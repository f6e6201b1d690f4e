import numpy as np
import pytest

from bench.figures import cold_throughput, growth_between, middle, percentiles, slope, summarised, throughput
from pipeline.errors import InkstreamError


def test_throughput_is_that_of_the_middle_arrivals_in_any_order() -> None:
    slow_start, steady, slow_end = np.linspace(0, 9_000, 100), 10_000 + np.arange(800), np.linspace(20_000, 60_000, 100)
    arrivals = np.concatenate([slow_start, steady, slow_end])
    np.random.default_rng(0).shuffle(arrivals)

    assert throughput(arrivals) == pytest.approx(1000, rel=0.01)
    start, end, count = middle(arrivals)
    assert (start, count) == (10_000, 799)
    assert end == 10_799


def test_few_arrivals_are_no_measurement() -> None:
    with pytest.raises(InkstreamError, match="too few"):
        throughput(np.arange(9.0))


def test_what_arrives_at_once_has_no_throughput() -> None:
    assert throughput(np.zeros(100)) is None
    assert cold_throughput(np.zeros(100)) is None


def test_cold_throughput_is_that_of_the_first_arrivals() -> None:
    arrivals = np.concatenate([np.arange(100) * 10.0, 1_000 + np.arange(900)])

    assert cold_throughput(arrivals, cold=100) == pytest.approx(100)
    assert cold_throughput(arrivals[:400], cold=1_000) == pytest.approx(100), "at most a quarter of all is cold"


def test_a_percentile_beyond_the_answered_is_unknown() -> None:
    latencies = np.concatenate([np.arange(1.0, 98), np.full(3, np.inf)])

    assert percentiles(latencies) == {"p50_ms": 51.0, "p95_ms": 96.0, "p99_ms": None}


def test_growth_between_samples_is_interpolated() -> None:
    assert growth_between([0, 10, 20], [0, 5, 25], 5, 15) == pytest.approx(12.5)


def test_slope_is_that_of_the_line_through_the_samples() -> None:
    assert slope([0, 1, 2, 3], [7, 9, 11, 13]) == pytest.approx(2)
    assert slope([1], [1]) == 0


def test_a_summary_has_median_and_range() -> None:
    assert summarised([3.0, 1.0, 2.0]) == {"median": 2.0, "least": 1.0, "greatest": 3.0}


def test_what_mostly_failed_has_no_median() -> None:
    assert summarised([None, 1.0])["median"] is None
    assert summarised([None, 1.0, 3.0])["median"] == 2.0
    assert summarised([]) == {"median": None, "least": None, "greatest": None}
