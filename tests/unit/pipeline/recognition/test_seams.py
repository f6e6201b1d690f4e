import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from pipeline.recognition.seams import SLIVER, TALL, seams

ANY = 9.0
"""A price at which all cuts are to be had."""


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


def left_of(path: NDArray[np.intp], ink: NDArray[np.uint8]) -> NDArray[np.bool_]:
    return (np.arange(ink.shape[1]) <= path[:, np.newaxis]) & (ink > 0)


def test_the_cut_is_where_least_ink_hangs_together() -> None:
    paths, costs = seams(bridged(), 48, 1, ANY)

    assert paths.shape == (1, 48)
    assert paths.min() >= 29
    assert paths.max() <= 49
    assert costs == pytest.approx([1 + 6 / 48], abs=0.05)


def test_a_cut_runs_along_a_thick_place_rather_than_through_two_thin_ones() -> None:
    thick = np.zeros((48, 60), np.uint8)
    thick[4:44, 26:34] = 255
    thick[4:7, :26] = thick[41:44, :26] = thick[4:7, 34:] = thick[41:44, 34:] = 255

    paths, costs = seams(thick, 48, 1, ANY)

    assert 25 <= paths[0, 24] < 34
    assert 1 < costs[0] < 2


@pytest.mark.parametrize("height", [48, 96, 160])
def test_a_cut_follows_a_thin_stroke_that_two_digits_share(height: int) -> None:
    image = Image.new("L", (height, height))
    draw, end = ImageDraw.Draw(image), height - 1
    thin = max(height // 40, 2)
    draw.line([(0.6 * end, 0.2 * end), (0.4 * end, 0.8 * end)], fill=255, width=thin)  # the side of both boxes
    for y in (0.2 * end, 0.8 * end):
        draw.line([(0, y), (end, y)], fill=255, width=thin)

    paths, costs = seams(np.asarray(image), height, 1, ANY)

    assert 1 < costs[0] < 1.9  # within one of the boxes it would cross two strokes
    rows = np.arange(round(0.25 * end), round(0.75 * end))
    shared = np.interp(rows, [0.2 * end, 0.8 * end], [0.6 * end, 0.4 * end])
    assert np.abs(paths[0, rows] - shared).max() <= thin + 1


def test_each_stroke_that_is_crossed_counts() -> None:
    ink = np.zeros((48, 60), np.uint8)
    ink[4:8] = ink[22:26] = ink[40:44] = 255

    assert seams(ink, 48, 1, ANY)[1] == pytest.approx([3 + 12 / 48], abs=0.01)


def test_faint_ink_counts_less() -> None:
    faint, full = (seams(ink, 48, 1, ANY)[1] for ink in (bridged() // 2 + 20, bridged()))

    assert faint < full - 0.3


@pytest.mark.parametrize("slant", [-2.0, -0.6, 0.6, 2.0])
def test_a_slanted_blank_is_found(slant: float) -> None:
    rows, columns = np.indices((48, 200))
    ink = np.where(abs(columns - 100 - slant * (rows - 24)) < 4, 0, 255).astype(np.uint8)

    paths, costs = seams(ink, 48, 1, ANY)

    assert ink[np.arange(48), paths[0]].max() == 0
    assert costs[0] < 1


def test_a_cut_goes_around_what_hangs_over() -> None:
    """A 7 whose bar reaches far over the stroke beside it, which it touches with its foot."""
    ink = np.zeros((48, 70), np.uint8)
    ink[:4, :60] = ink[:40, :4] = ink[36:40, :44] = 255
    ink[12:48, 40:44] = 255
    bar, beside = np.zeros_like(ink, bool), np.zeros_like(ink, bool)
    bar[:4, :60] = True
    beside[12:34, 40:44] = True

    (path,), (cost,) = seams(ink, 48, 1, 1.5)

    assert left_of(path, ink)[bar].all()
    assert not left_of(path, ink)[beside].any()
    assert cost < 1.5


def test_a_cut_that_leaves_but_a_tail_on_one_side_is_none() -> None:
    ink = np.zeros((48, 100), np.uint8)
    ink[:, 50:60] = 255
    ink[46:, :50] = ink[:3, 60:] = 255

    assert len(seams(ink, 48, 10, ANY)[0]) == 0


def test_no_cut_costs_more_than_is_paid() -> None:
    noughts = np.concatenate([ring(40, 5), ring(40, 5)[:, 2:]], axis=1)
    cheap, all_of_them = (seams(noughts, 48, 10, dearest)[1] for dearest in (1.7, ANY))

    assert 0 < len(cheap) < len(all_of_them)
    assert cheap.max() <= 1.7


def test_a_ring_has_no_cut_through_a_single_stroke() -> None:
    assert len(seams(ring(60, 5), 48, 10, 1.7)[0]) == 0
    assert seams(ring(60, 5), 48, 10, ANY)[1].min() >= 1.8


@pytest.mark.parametrize("height", [20, 48, 150])
@pytest.mark.parametrize("seed", range(5))
def test_cuts_keep_ink_between_them_and_cross_none(height: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    noise = np.asarray(Image.fromarray(random.integers(0, 256, (8, 20), np.uint8)).resize((3 * height, height)))

    paths, _ = seams(noise, height, 20, ANY)

    assert len(paths) > 2
    assert (np.diff(paths, axis=0) >= 0).all()
    amounts = np.array([noise[left_of(path, noise)].sum(dtype=np.int64) for path in paths])
    assert np.diff(amounts).min() > 0.5 * SLIVER / 3 * noise.sum(dtype=np.int64)


def test_both_sides_of_a_cut_are_as_tall_as_may_be_a_digit() -> None:
    low = np.zeros((48, 80), np.uint8)
    low[:, :30] = 255
    low[22 : 22 + round(48 * TALL) + 2, 50:] = 255
    low[24:28, 30:50] = 255

    assert len(seams(low, 48, 1, 1.7)[0]) == 1
    assert len(seams(low, 2 * 50, 1, 1.7)[0]) == 0


def test_the_cheapest_come_first_and_there_are_no_more_than_asked_for() -> None:
    ink = np.full((48, 200), 255, np.uint8)
    for left, bridge in [(20, 14), (80, 0), (140, 4)]:
        ink[: 24 - bridge // 2, left : left + 8] = ink[24 + bridge // 2 :, left : left + 8] = 0

    for count, expected in [(1, [80]), (2, [80, 140]), (3, [20, 80, 140])]:
        paths, costs = seams(ink, 48, count, ANY)
        assert [path[24] for path in paths] == pytest.approx([left + 4 for left in expected], abs=5)
        assert len(costs) == count


def test_in_tall_ink_the_paths_have_a_column_for_each_row() -> None:
    paths, costs = seams(bridged(191, 24), 191, 1, ANY)

    assert paths.shape == (1, 191)
    assert paths.min() >= 28
    assert paths.max() <= 51
    assert costs == pytest.approx([1 + 24 / 191], abs=0.1)


@pytest.mark.parametrize("shape", [(1, 1), (1, 100), (2, 50), (50, 2), (3, 3), (160, 2), (160, 5), (100, 1)])
@pytest.mark.parametrize("level", [0, 255])
def test_tiny_ink_has_few_paths_or_none(shape: tuple[int, int], level: int) -> None:
    paths, costs = seams(np.full(shape, level, np.uint8), shape[0], 5, ANY)

    assert paths.shape == (len(costs), shape[0])
    assert len(costs) <= 5
    assert paths.min(initial=0) >= 0


def test_none_are_sought_where_none_are_wanted() -> None:
    assert seams(bridged(), 48, 0, ANY)[0].shape == (0, 48)
