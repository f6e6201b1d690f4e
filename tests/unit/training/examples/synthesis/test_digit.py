from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from training.examples.strokes import Pen, Strokes, ink
from training.examples.synthesis.digit import synthetic_digit, written
from training.examples.synthesis.styles import STYLES
from training.examples.synthesis.writer import Writer, any_bend, any_writer

EVERY_STYLE = [(digit, index) for digit in range(10) for index in range(len(STYLES[digit]))]


def steady_hand(seed: int = 0) -> Writer:
    """A writer who draws each style just as it is written down."""
    random = np.random.default_rng(seed)
    writer = replace(any_writer(random), bend=any_bend(0, random), proportion=(1.0, 1.0), slant=0.0, width=1.0)
    return replace(
        writer,
        roundness=1.0,
        sloppiness=0.0,
        gap=0.0,
        overshoot=0.0,
        hook=0.0,
        tremor=0.0,
        haste=0.0,
        step=0.02,
        skips=0.0,
    )


def holes(strokes: Strokes, pen: float = 6) -> int:
    """Grounds that the ink shuts in."""
    layer = ink([stroke * 120 + 40 for stroke in strokes], (200, 200), Pen(pen))
    return int(ndimage.label(layer < 128)[1]) - 1


@pytest.mark.parametrize(("digit", "style"), EVERY_STYLE)
def test_every_style_is_about_one_unit_tall_in_every_hand(digit: int, style: int) -> None:
    random = np.random.default_rng(style)

    for _ in range(5):
        points = np.concatenate(written(STYLES[digit][style], any_writer(random), random))
        assert points.shape[1] == 2
        assert np.isfinite(points).all()
        assert 0.75 < np.ptp(points[:, 1]) < 1.4
        assert np.ptp(points[:, 0]) < 1.6


@pytest.mark.parametrize(("digit", "style"), EVERY_STYLE)
def test_a_steady_hand_shuts_in_as_many_grounds_as_the_digit_has(digit: int, style: int) -> None:
    found = holes(written(STYLES[digit][style], steady_hand(), np.random.default_rng(0)))

    expected = {0: (0, 1, 2, 3), 2: (0, 1), 3: (0, 1), 4: (0, 1), 6: (0, 1), 8: (1, 2), 9: (1,)}
    assert found in expected.get(digit, (0,))


def test_a_digit_depends_on_the_seed_alone() -> None:
    first, again, other = (drawn(seed) for seed in (1, 1, 2))

    assert all(np.array_equal(one, same) for one, same in zip(first, again, strict=True))
    assert len(first) != len(other) or any(one.shape != new.shape for one, new in zip(first, other, strict=True))


def drawn(seed: int) -> Strokes:
    random = np.random.default_rng(seed)
    return synthetic_digit(5, any_writer(random), random)


def test_a_writer_keeps_to_a_style_but_no_two_digits_are_alike() -> None:
    random = np.random.default_rng(0)
    crossed = replace(any_writer(random), styles=(0,) * 7 + (1,) + (0,) * 2, skips=0.0, sloppiness=0.02)

    sevens = [synthetic_digit(7, crossed, random) for _ in range(200)]

    assert np.mean([len(seven) == 2 for seven in sevens]) > 0.85
    assert len({tuple(seven[0][0]) for seven in sevens}) == 200


def test_slant_leans_the_top_to_the_right() -> None:
    one = written(STYLES[1][0], replace(steady_hand(), slant=0.4), np.random.default_rng(0))[0]

    assert one[0, 0] - one[-1, 0] == pytest.approx(0.4, abs=0.02)


def test_a_slow_device_leaves_few_points() -> None:
    quick, slow = (
        written(STYLES[0][0], replace(steady_hand(), step=step), np.random.default_rng(0))[0] for step in (0.02, 0.15)
    )

    assert len(quick) > 6 * len(slow)
    assert np.hypot(*np.diff(slow, axis=0).T).max() <= 0.15 + 1e-9


def test_a_piece_left_out_breaks_a_stroke_in_two() -> None:
    whole, broken = (
        written(STYLES[0][0], replace(steady_hand(), skips=skips), np.random.default_rng(0)) for skips in (0.0, 1.0)
    )

    assert [len(whole), len(broken)] == [1, 2]
    gap = np.hypot(*(broken[1][0] - broken[0][-1]))
    assert 0.02 < gap < 0.15
