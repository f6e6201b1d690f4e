import numpy as np
import pytest

from bench.soak import flatness, latencies


def test_growth_is_by_the_hour_once_it_has_settled() -> None:
    minutes = np.arange(30.0)
    values = np.where(minutes < 5, 900, 100 + minutes / 6)

    flat = flatness(minutes, values)

    assert flat["per_hour"] == pytest.approx(10)
    assert flat["per_hour_share"] == pytest.approx(10 / flat["mean"], rel=0.01)
    assert flat["mean"] == pytest.approx(103, abs=0.5)


def test_what_was_never_answered_does_not_hide_the_rest() -> None:
    assert flatness(np.arange(10.0), np.array([5.0] * 9 + [np.inf]))["mean"] == 5


def test_latency_is_that_of_what_was_sent_since_the_look_before() -> None:
    sent_at = np.array([0.0, 30_000, 60_001, 90_000])
    answered_at = sent_at + np.array([10, 30, 100, 300])

    minutes, medians = latencies(np.array([1.0, 2.0, 3.0]), sent_at, answered_at)["latency p50, ms"]

    assert minutes.tolist() == [1, 2], "nothing was sent before the last look"
    assert medians.tolist() == [20, 200]
