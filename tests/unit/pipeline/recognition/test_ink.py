import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.recognition.ink import ink_of


def bar(ink: int, ground: int, side: int = 60) -> NDArray[np.uint8]:
    grey = np.full((side, side), ground, np.uint8)
    grey[side // 4 : -side // 4, side // 2 : side // 2 + side // 10] = ink
    return grey


def noise(side: int, ground: float, deviation: float) -> NDArray[np.uint8]:
    return np.random.default_rng(side).normal(ground, deviation, (side, side)).clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize(("ink", "ground"), [(0, 255), (255, 0), (40, 120), (200, 120), (226, 255), (29, 0)])
def test_ink_is_full_and_ground_empty_whatever_their_levels(ink: int, ground: int) -> None:
    grey = bar(ink, ground)

    found = ink_of(grey)

    assert found is not None
    assert found[grey == ground].max() == 0
    assert found[grey == ink].min() >= 253


def test_the_ink_of_a_raster_of_mnist_stays_as_it_is() -> None:
    grey = bar(254, 0, 28)
    grey[5, 5] = 1

    assert np.array_equal(ink_of(grey), grey)


def test_ink_may_touch_much_of_the_border() -> None:
    grey = np.full((20, 20), 255, np.uint8)
    grey[:, 3:12] = 0

    found = ink_of(grey)

    assert found is not None
    assert found[:, 3:12].min() > 250
    assert found[:, 12:].max() == 0


@pytest.mark.parametrize("side", [1, 2, 28, 300])
@pytest.mark.parametrize("ground", [0, 128, 255])
def test_one_level_is_no_ink(side: int, ground: int) -> None:
    assert ink_of(np.full((side, side), ground, np.uint8)) is None


@pytest.mark.parametrize("side", [28, 100, 280, 900])
@pytest.mark.parametrize(("ground", "deviation"), [(255, 4), (128, 4), (0, 4), (128, 12), (250, 5)])
def test_noise_is_no_ink(side: int, ground: float, deviation: float) -> None:
    assert ink_of(noise(side, ground, deviation)) is None


def test_noise_does_not_blur_what_is_ink() -> None:
    grey = bar(40, 200, 280)
    noisy = (noise(280, 0, 8).astype(int) + grey).clip(0, 255).astype(np.uint8)

    found = ink_of(noisy)

    assert found is not None
    assert found[grey == 40].min() > 180
    assert np.count_nonzero(found[grey == 200]) < 5


def test_uneven_light_is_no_ink() -> None:
    light = np.linspace(0.4, 1, 280)[:, np.newaxis] * np.linspace(0.7, 1, 280)
    grey = (bar(60, 240, 280) * light).astype(np.uint8)

    found = ink_of(grey)

    assert found is not None
    drawn = bar(1, 0, 280) > 0
    assert found[drawn].min() > 100
    assert found[~drawn].max() < 50


def test_uneven_light_alone_is_no_ink() -> None:
    assert ink_of((np.linspace(120, 240, 280)[:, np.newaxis] * np.ones(280)).astype(np.uint8)) is None


@pytest.mark.parametrize("seed", range(5))
def test_ink_that_covers_most_of_a_grainy_page_is_not_taken_for_its_ground(seed: int) -> None:
    marks = np.zeros((50, 108), bool)
    for left in (26, 48, 70, 88):
        marks[6:46, left : left + 17] = True
        marks[18:32, left + 7 : left + 10] = False
    grain = np.random.default_rng(seed).normal(0, 6, marks.shape)

    ink = ink_of((np.where(marks, 80, 222) + grain).clip(0, 255).astype(np.uint8))

    assert ink is not None
    assert np.mean(ink[marks] > 128) > 0.95
    assert np.mean(ink[~marks] > 128) < 0.05


def ring(side: int, thickness: float) -> NDArray[np.uint8]:
    """Ink of an oval that touches all four edges, antialiased."""
    rows, columns = np.indices((8 * side, 8 * side)) / (4 * side) - 1
    radius = np.hypot(rows, columns)
    inked = (radius < 1) & (radius > 1 - 2 * thickness)
    return (inked.reshape(side, 8, side, 8).mean(axis=(1, 3)) * 255).astype(np.uint8)


@pytest.mark.parametrize("side", [8, 12, 16, 24, 60, 150])
@pytest.mark.parametrize("thickness", [0.08, 0.14, 0.2])
@pytest.mark.parametrize("light", [True, False])
@pytest.mark.parametrize("deviation", [0, 4])
def test_a_digit_cut_to_its_edges_is_ink(side: int, thickness: float, light: bool, deviation: float) -> None:
    drawn = ring(side, thickness)
    levels = 220 - 0.8 * drawn if light else 30 + 0.8 * drawn
    noisy = levels + np.random.default_rng(1).normal(0, deviation, drawn.shape)

    found = ink_of(noisy.clip(0, 255).astype(np.uint8))

    assert found is not None
    assert np.corrcoef(found.ravel(), drawn.ravel())[0, 1] > (0.8 if side == 8 else 0.9)


def test_grain_is_not_sought_where_a_stroke_is_as_fine() -> None:
    drawn = ring(24, 0.03)
    noisy = (220 - 0.8 * drawn + np.random.default_rng(1).normal(0, 4, drawn.shape)).clip(0, 255).astype(np.uint8)

    found = ink_of(noisy)

    assert found is not None
    assert np.corrcoef(found.ravel(), drawn.ravel())[0, 1] > 0.9
