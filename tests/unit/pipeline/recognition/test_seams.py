import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from pipeline.recognition.seams import seams


def bridged(height: int = 48, thick: int = 6) -> NDArray[np.uint8]:
    """Two blocks from column 0 to 29 and 50 to 79, and a bridge between them in their middle."""
    ink = np.zeros((height, 80), np.uint8)
    ink[:, :30] = ink[:, 50:] = 255
    ink[height // 2 - thick // 2 : height // 2 + thick // 2, 30:50] = 255
    return ink


def ring(width: int, thick: int) -> NDArray[np.uint8]:
    image = Image.new("L", (width, 48))
    ImageDraw.Draw(image).ellipse((0, 0, width - 1, 47), outline=255, width=thick)
    return np.asarray(image)


def test_the_cut_is_where_least_ink_hangs_together() -> None:
    paths, costs = seams(bridged(), 1, 5)

    assert paths.shape == (1, 48)
    assert paths.min() >= 29
    assert paths.max() <= 49
    assert costs == pytest.approx([1 + 6 / 48], abs=0.01)


def test_a_cut_runs_along_a_thick_place_rather_than_through_two_thin_ones() -> None:
    thick = np.zeros((48, 60), np.uint8)
    thick[4:44, 26:34] = 255
    thick[4:7, :26] = thick[41:44, :26] = thick[4:7, 34:] = thick[41:44, 34:] = 255

    paths, costs = seams(thick, 1, 10)

    assert 26 <= paths[0, 24] < 34
    assert 1 < costs[0] < 2


def test_each_stroke_that_is_crossed_counts() -> None:
    ink = np.zeros((48, 60), np.uint8)
    ink[4:8] = ink[22:26] = ink[40:44] = 255

    assert seams(ink, 1, 5)[1] == pytest.approx([3 + 12 / 48], abs=0.01)


def test_faint_ink_counts_less() -> None:
    assert seams(bridged() // 2, 1, 5)[1] == pytest.approx(seams(bridged(), 1, 5)[1] / 2, abs=0.02)


@pytest.mark.parametrize("slant", [-0.6, 0.6])
def test_a_slanted_blank_is_found(slant: float) -> None:
    rows, columns = np.indices((48, 120))
    ink = np.where(abs(columns - 60 - slant * (rows - 24)) < 3, 0, 255).astype(np.uint8)

    paths, costs = seams(ink, 1, 5)

    assert ink[np.arange(48), paths[0]].max() == 0
    assert costs[0] < 1
    assert (paths[0, -1] - paths[0, 0]) * np.sign(slant) > 20


def test_a_path_is_unbroken() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (40, 100), np.uint8)

    paths, _ = seams(noise, 20, 3)

    assert abs(np.diff(paths, axis=1)).max() == 1


@pytest.mark.parametrize("apart", [1.0, 4.0, 9.5])
@pytest.mark.parametrize("height", [20, 48, 150])
def test_paths_keep_their_distance_at_middle_height_from_each_other_and_from_the_sides(
    apart: float, height: int
) -> None:
    grain = -(-height // 48)
    for seed in range(20):
        noise = np.random.default_rng(seed).integers(0, 256, (height, 100), np.uint8)
        middles = seams(noise, 50, apart)[0][:, (height // grain) // 2 * grain]
        assert np.diff(middles).min(initial=100) >= apart
        assert middles.min() >= apart - grain
        assert middles.max() <= 100 - apart + grain


def test_the_cheapest_come_first_and_there_are_no_more_than_asked_for() -> None:
    ink = np.full((48, 200), 255, np.uint8)
    for left, bridge in [(20, 14), (80, 0), (140, 4)]:
        ink[: 24 - bridge // 2, left : left + 20] = ink[24 + bridge // 2 :, left : left + 20] = 0

    for count, expected in [(1, [80]), (2, [80, 140]), (3, [20, 80, 140])]:
        paths, costs = seams(ink, count, 19)
        assert [path[24] for path in paths] == pytest.approx([left + 10 for left in expected], abs=2)
        assert len(costs) == count


def test_a_ring_has_no_cut_through_a_single_stroke() -> None:
    assert seams(ring(60, 5), 10, 6)[1].min() >= 1.9


def test_in_tall_ink_the_paths_have_a_column_for_each_row() -> None:
    paths, costs = seams(bridged(191, 24), 1, 20)

    assert paths.shape == (1, 191)
    assert paths.min() >= 28
    assert paths.max() <= 50
    assert costs == pytest.approx([1 + 24 / 191], abs=0.06)


@pytest.mark.parametrize("shape", [(1, 1), (1, 100), (2, 50), (50, 2), (3, 3), (160, 2), (160, 5), (100, 1)])
@pytest.mark.parametrize("level", [0, 255])
def test_tiny_ink_has_few_paths_or_none(shape: tuple[int, int], level: int) -> None:
    paths, costs = seams(np.full(shape, level, np.uint8), 5, 1)

    assert paths.shape == (len(costs), shape[0])
    assert len(costs) <= 5
    assert paths.min(initial=0) >= 0
    assert paths.max(initial=0) < shape[1]


def test_none_are_sought_where_none_are_wanted() -> None:
    assert seams(bridged(), 0, 5)[0].shape == (0, 48)
