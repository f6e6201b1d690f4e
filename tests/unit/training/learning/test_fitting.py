from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.unit.training.learning.tiny import bars, fitted_tiny
from training.examples.example import Examples
from training.learning.fitting import FASTEST, Fit, Plan, learning_rate

PLAN = Plan(epochs=3, batch_size=40, seed=3, averaging=0.9)


class KilledError(Exception):
    """Ends a run between two epochs."""


def same(one: Fit, other: Fit) -> bool:
    pairs = zip(one.network.get_weights(), other.network.get_weights(), strict=True)
    return all(np.array_equal(mine, theirs) for mine, theirs in pairs)


@pytest.fixture(scope="module")
def uninterrupted() -> Fit:
    return fitted_tiny(bars, plan=PLAN)


def test_the_same_seed_learns_the_same(uninterrupted: Fit) -> None:
    assert same(fitted_tiny(bars, plan=PLAN), uninterrupted)
    assert not same(fitted_tiny(bars, plan=replace(PLAN, seed=4)), uninterrupted)


def test_it_learns() -> None:
    fit = fitted_tiny(bars, plan=replace(PLAN, epochs=8))

    assert fit.history[-1]["validation_accuracy"] > 0.8
    assert fit.history[-1]["loss"] < fit.history[0]["loss"]
    read = np.asarray(fit.network(bars(50).rasters)).argmax(axis=1)
    assert np.mean(read == bars(50).labels) > 0.8


@pytest.mark.parametrize("whole", [1, 2])
def test_a_run_that_was_cut_short_ends_as_if_it_had_not_been(uninterrupted: Fit, tmp_path: Path, whole: int) -> None:
    asked: list[int] = []

    def cut_short(epoch: int) -> Examples:
        if epoch == whole:
            raise KilledError
        return bars(epoch)

    def noted(epoch: int) -> Examples:
        asked.append(epoch)
        return bars(epoch)

    with pytest.raises(KilledError):
        fitted_tiny(cut_short, tmp_path, PLAN)

    resumed = fitted_tiny(noted, tmp_path, PLAN)

    assert asked == list(range(whole, PLAN.epochs))
    assert same(resumed, uninterrupted)
    timeless = [[epoch | {"seconds": 0} for epoch in fit.history] for fit in (resumed, uninterrupted)]
    assert timeless[0] == timeless[1]


def test_a_run_that_is_over_is_not_run_again(uninterrupted: Fit, tmp_path: Path) -> None:
    fitted_tiny(bars, tmp_path, PLAN)

    def unasked(epoch: int) -> Examples:
        raise AssertionError(epoch)

    assert same(fitted_tiny(unasked, tmp_path, PLAN), uninterrupted)


def test_another_plan_starts_afresh(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fitted_tiny(bars, tmp_path, replace(PLAN, epochs=1))

    fit = fitted_tiny(bars, tmp_path, replace(PLAN, epochs=2, data="other"))

    assert len(fit.history) == 2
    assert "of a run with other data, epochs: training starts afresh" in capsys.readouterr().err


def test_without_averaging_the_last_weights_count(uninterrupted: Fit) -> None:
    last = fitted_tiny(bars, plan=replace(PLAN, averaging=0.0))

    assert not same(last, uninterrupted)
    mine, theirs = last.network.get_weights(), uninterrupted.network.get_weights()
    assert all(np.abs(one - other).max() < 1 for one, other in zip(mine, theirs, strict=True))
    assert [epoch["loss"] for epoch in last.history] == [epoch["loss"] for epoch in uninterrupted.history]


def test_the_learning_rate_rises_and_falls() -> None:
    rates = [learning_rate(done) for done in np.linspace(0, 1, 101)]

    assert rates[0] == rates[-1] == pytest.approx(FASTEST / 30)
    assert max(rates) == pytest.approx(FASTEST)
    assert rates.index(max(rates)) == 10
    assert np.all(np.diff(rates[10:]) < 0)
    assert [learning_rate(done, 3 * FASTEST) for done in np.linspace(0, 1, 101)] == pytest.approx(3 * np.array(rates))
