import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import log_softmax, softmax

from training.calibration import (
    COLDEST,
    HOTTEST,
    balancing_temperature,
    expected_calibration_error,
    logits_of,
    reliability,
    tempered,
)


def test_bins_hold_counts_means_and_shares() -> None:
    table = reliability([0.0, 0.1, 0.25, 0.3, 1.0], [False, True, True, False, True], bins=4)

    assert table.counts.tolist() == [3, 1, 0, 1]
    assert table.confidence.tolist() == pytest.approx([0.35 / 3, 0.3, 0.0, 1.0])
    assert table.accuracy.tolist() == pytest.approx([2 / 3, 0.0, 0.0, 1.0])


def test_the_error_is_the_mean_gap_by_weight() -> None:
    confidence, right = [0.95] * 8 + [0.55] * 2, [True] * 6 + [False] * 2 + [True, False]

    assert expected_calibration_error(confidence, right) == pytest.approx(0.8 * 0.2 + 0.2 * 0.05)


def test_answers_that_are_as_sure_as_right_have_no_error() -> None:
    random = np.random.default_rng(1)
    confidence = random.uniform(0.1, 1, 200_000)
    right = random.random(200_000) < confidence

    assert expected_calibration_error(confidence, right) < 0.005
    assert expected_calibration_error([], []) == 0


@pytest.mark.parametrize("temperature", [0.4, 1.0, 2.5])
def test_the_temperature_that_was_put_in_is_found(temperature: float) -> None:
    random = np.random.default_rng(2)
    true = random.normal(0, 3, (20_000, 11))
    labels = (log_softmax(true, axis=1) + random.gumbel(size=true.shape)).argmax(axis=1)
    probabilities = softmax(true * temperature, axis=1)

    found = balancing_temperature(lambda tried: tempered(probabilities, tried), labels)

    assert found == pytest.approx(temperature, rel=0.05)
    assert tempered(probabilities, temperature) == pytest.approx(softmax(true, axis=1), abs=1e-6)


def test_wrong_labels_do_not_make_a_network_timid() -> None:
    random = np.random.default_rng(3)
    logits = random.normal(0, 1, (20_000, 10))
    logits[np.arange(20_000), random.integers(0, 10, 20_000)] += 9
    labels = np.where(random.random(20_000) < 0.01, random.integers(0, 10, 20_000), logits.argmax(axis=1))

    found = balancing_temperature(lambda tried: softmax(logits / tried, axis=1), labels)

    confidence = softmax(logits / found, axis=1).max(axis=1)
    assert confidence.mean() == pytest.approx(np.mean(logits.argmax(axis=1) == labels), abs=1e-3)


def test_what_is_hardly_a_digit_at_any_temperature_makes_the_others_no_surer() -> None:
    random = np.random.default_rng(4)
    logits = random.normal(0, 3, (20_000, 10))
    labels = (log_softmax(logits / 2, axis=1) + random.gumbel(size=logits.shape)).argmax(axis=1)
    doubted = np.full((400, 10), 0.001)

    def read(temperature: float) -> NDArray[np.float64]:
        return np.concatenate([softmax(logits / temperature, axis=1), doubted])

    without = balancing_temperature(lambda tried: softmax(logits / tried, axis=1), labels)
    assert balancing_temperature(read, [*labels, *[0] * 400]) == pytest.approx(without, rel=0.01)


@pytest.mark.parametrize(("right", "found"), [(True, COLDEST), (False, HOTTEST)])
def test_what_no_temperature_balances_gets_the_nearest(right: bool, found: float) -> None:
    probabilities = np.tile([[0.5 + 1e-9, 0.5 - 1e-9]], (10_000, 1))

    assert balancing_temperature(lambda tried: tempered(probabilities, tried), np.full(10_000, int(not right))) == found


def test_certainty_stays_finite() -> None:
    assert np.isfinite(logits_of([[1.0, 0.0]])).all()
    assert tempered([[1.0, 0.0]], 2.0).sum() == pytest.approx(1)
