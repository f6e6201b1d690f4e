import numpy as np
import pytest

from training.examples.synthesis.curve import extended, hooked, hurried, lengths, resampled, spline, trembling

CORNER = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]])
LINE = np.stack([np.linspace(0, 1, 51), np.zeros(51)], axis=1)


@pytest.mark.parametrize("roundness", [0.0, 0.5, 1.0])
def test_a_curve_passes_through_its_points(roundness: float) -> None:
    curve = spline(CORNER, roundness)

    assert [np.abs(curve - point).sum(axis=1).min() for point in CORNER] == pytest.approx([0, 0, 0], abs=1e-9)


def test_without_roundness_it_is_a_polygon_and_with_it_it_bulges() -> None:
    angular, round_ = spline(CORNER, 0.0), spline(CORNER, 1.0)

    assert lengths(angular)[-1] == pytest.approx(2.0)
    assert lengths(round_)[-1] > 2.02


def test_points_are_spread_evenly() -> None:
    steps = np.hypot(*np.diff(resampled(LINE, 0.15), axis=0).T)

    assert steps == pytest.approx(1 / 7)


def test_ends_are_drawn_out_or_cut() -> None:
    longer, shorter = extended(LINE, 0.1), extended(LINE, -0.1)

    assert longer[[0, -1], 0] == pytest.approx([-0.1, 1.1])
    assert shorter[[0, -1], 0] == pytest.approx([0.1, 0.9])


def test_a_hook_is_a_tick_at_the_end() -> None:
    assert hooked(LINE, 0.1, np.pi / 2)[-1] == pytest.approx([1.0, 0.1])


def test_trembling_has_the_amplitude_asked_for() -> None:
    moved = trembling(LINE, 0.01, 5, 0.02, np.random.default_rng(0)) - LINE

    assert moved.std() == pytest.approx(0.01, rel=0.3)


def test_haste_rounds_corners_and_keeps_the_ends() -> None:
    path = resampled(CORNER, 0.02)
    smooth = hurried(path, 0.1, 0.02)

    assert np.array_equal(smooth[[0, -1]], path[[0, -1]])
    assert 0.03 < np.hypot(*(smooth - CORNER[1]).T).min() < 0.2
