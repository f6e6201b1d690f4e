from contextlib import suppress

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from pipeline.recognition.images import UnreadableDrawing
from pipeline.recognition.lattice import (
    MOST_PIECES,
    WIDEST,
    Lattice,
    digit_of,
    lattice_of,
    lattice_with_cuts,
    pieces_in,
    spans_of,
)

WHITE = 255


def bars(*lefts: int, width: int = 8, pixels: tuple[int, int] = (120, 400)) -> NDArray[np.uint8]:
    """Upright bars, 80 pixels tall, that begin in these columns."""
    grey = np.full(pixels, WHITE, np.uint8)
    for left in lefts:
        grey[20:100, left : left + width] = 0
    return grey


def rings(*lefts: int) -> NDArray[np.uint8]:
    """Noughts, 80 pixels tall and 60 wide, that begin in these columns."""
    image = Image.new("L", (max(lefts) + 90, 120), WHITE)
    for left in lefts:
        ImageDraw.Draw(image).ellipse((left, 20, left + 60, 100), outline=0, width=8)
    return np.asarray(image)


def spans(lattice: Lattice) -> set[tuple[int, int]]:
    found = [(int(first), int(end)) for first, end in lattice.spans]
    assert len(set(found)) == len(found)
    return set(found)


def with_cuts(lattice: Lattice) -> Lattice:
    assert lattice.uncut is not None
    return lattice_with_cuts(lattice.uncut)


def check(lattice: Lattice, height: int, width: int) -> None:
    """What holds for every lattice."""
    candidates, pieces = len(lattice.spans), len(lattice.cuts)
    assert (lattice.rasters.shape, lattice.rasters.dtype) == ((candidates, 28, 28), np.uint8)
    assert (len(lattice.boxes), len(lattice.gaps), len(lattice.sizes)) == (candidates, candidates, pieces)
    assert spans(lattice) >= {(piece, piece + 1) for piece in range(pieces)}
    assert all(0 <= first < end <= pieces for first, end in spans(lattice))
    assert min(lattice.gaps.min(), lattice.cuts.min()) >= 0 < lattice.sizes.min()
    assert lattice.rasters.max(axis=(1, 2)).min() > 127
    for left, top, box_width, box_height in lattice.boxes:
        assert 0 <= left < left + box_width <= width
        assert 0 <= top < top + box_height <= height


def test_every_piece_and_every_run_of_near_ones_is_a_candidate() -> None:
    lattice = lattice_of(bars(20, 60, 100, 380))

    # The first three together are 88 pixels wide, the last is 280 pixels away.
    assert spans(lattice) == {(0, 1), (1, 2), (2, 3), (3, 4), (0, 2), (1, 3), (0, 3)}
    check(lattice, 120, 400)


def test_no_digit_is_wider_than_so_many_line_heights() -> None:
    near, far = round(80 * WIDEST), round(80 * WIDEST) + 1

    assert (0, 2) in spans(lattice_of(bars(20, 20 + near - 8, 390)))
    assert (0, 2) not in spans(lattice_of(bars(20, 20 + far - 8, 390)))


def test_no_digit_has_more_pieces_than_a_stroke_of_chalk_may_crumble_into() -> None:
    lattice = lattice_of(bars(*range(10, 70, 4), width=2))

    lengths = [end - first for first, end in spans(lattice)]
    assert sorted(set(lengths)) == [*range(1, MOST_PIECES + 1), 15]
    assert lengths.count(15) == 1


def test_all_pieces_together_are_a_candidate_unless_they_are_a_line_of_digits() -> None:
    assert (0, 10) in spans(lattice_of(bars(*range(10, 200, 19), width=4)))
    assert (0, 10) not in spans(lattice_of(bars(*range(10, 260, 25), width=4)))


def test_a_candidate_shows_its_own_pieces_and_nothing_between_them() -> None:
    grey = bars(20, 120) & rings(45)[:, :1].repeat(400, axis=1)
    grey[:, 45:106] &= rings(0)[:, :61]

    lattice = lattice_of(grey)
    alone = {span: lattice.rasters[place] for place, span in enumerate(map(tuple, lattice.spans.tolist()))}

    assert np.array_equal(alone[1, 2], digit_of(rings(45)))
    assert np.array_equal(alone[0, 1], digit_of(bars(20)))
    assert np.array_equal(alone[0, 3], digit_of(grey))


def test_a_candidate_does_not_show_what_stands_within_its_box_but_is_no_part_of_it() -> None:
    ring = rings(20)
    both = ring.copy()
    both[50:70, 51:53] = 0

    lattice = lattice_of(both)

    (place,) = (place for place, span in enumerate(spans_in_order(lattice)) if span == (0, 1))
    assert np.array_equal(lattice.rasters[place], digit_of(ring))


def test_boxes_are_in_the_drawing_s_own_pixels_and_hold_the_ink_and_no_more() -> None:
    lattice = lattice_of(bars(20, 60))

    assert dict(zip(map(tuple, lattice.spans.tolist()), lattice.boxes, strict=True)) == {
        (0, 1): (20, 20, 8, 80),
        (1, 2): (60, 20, 8, 80),
        (0, 2): (20, 20, 48, 80),
    }


@pytest.mark.parametrize("factor", [5, 20, 40])
def test_boxes_of_large_drawings_are_exact_to_the_size_at_which_they_are_looked_at(factor: int) -> None:
    grey = bars(10, 60, pixels=(120, 100)).repeat(factor, axis=0).repeat(factor, axis=1)

    (left, top, width, height), *_ = lattice_of(grey).boxes

    grain = factor * 80 / 160
    assert (left, top) == (10 * factor, 20 * factor)
    assert 8 * factor <= width <= 8 * factor + 2 * grain
    assert height == 80 * factor


@pytest.mark.parametrize("factor", [1, 2])
def test_boxes_of_tiny_drawings_are_exact(factor: int) -> None:
    grey = np.full((7, 9), WHITE, np.uint8)
    grey[1:6, 1:2] = grey[1:6, 5:7] = 0

    lattice = lattice_of(grey.repeat(factor, axis=0).repeat(factor, axis=1))

    assert lattice.spans[:2].tolist() == [[0, 1], [0, 2]]
    assert lattice.boxes[1] == (factor, factor, 6 * factor, 5 * factor)


def test_gaps_are_the_widest_blank_in_line_heights() -> None:
    lattice = lattice_of(bars(20, 60, 80))

    gap = dict(zip(map(tuple, lattice.spans.tolist()), lattice.gaps.tolist(), strict=True))
    assert gap[0, 1] == 0
    assert gap[1, 3] == pytest.approx(12 / 80)
    assert gap[0, 2] == gap[0, 3] == pytest.approx(32 / 80)


def test_pieces_above_each_other_leave_no_gap() -> None:
    grey = bars(62, 90)
    grey[105:110, 12:104] = 0

    lattice = lattice_of(grey)

    assert lattice.gaps[spans_in_order(lattice).index((0, 3))] == 0


def spans_in_order(lattice: Lattice) -> list[tuple[int, int]]:
    return [(first, end) for first, end in lattice.spans.tolist()]


def test_what_is_normalised_already_is_the_only_candidate() -> None:
    raster = digit_of(rings(20, 76))

    lattice = lattice_of(255 - raster)

    assert np.array_equal(lattice.rasters, raster[np.newaxis])
    assert spans(lattice) == {(0, 1)}
    assert lattice.uncut is None
    rows, columns = raster.any(axis=1).nonzero()[0], raster.any(axis=0).nonzero()[0]
    assert lattice.boxes == [(columns[0], rows[0], np.ptp(columns) + 1, np.ptp(rows) + 1)]
    check(lattice, 28, 28)


def test_a_narrow_stroke_is_not_to_be_cut_and_a_wide_one_is() -> None:
    assert lattice_of(bars(20, 60)).uncut is None
    assert lattice_of(rings(20, 76)).uncut is not None


def test_noughts_that_touch_are_one_candidate_at_first_and_two_when_cut() -> None:
    touching = lattice_of(rings(20, 77))
    parts = with_cuts(touching)

    assert spans(touching) == {(0, 1)}
    check(parts, 120, 167)
    likeness = [
        max(float(np.corrcoef(raster.ravel(), digit_of(rings(20)).ravel())[0, 1]) for raster in group)
        for group in (
            [raster for raster, box in zip(parts.rasters, parts.boxes, strict=True) if box[0] == 20],
            [raster for raster, box in zip(parts.rasters, parts.boxes, strict=True) if box[0] > 60],
        )
    ]
    assert min(likeness) > 0.93


@pytest.mark.parametrize("side", [8, 10, 14])
def test_a_tiny_nought_that_is_cut_is_as_a_whole_what_it_was(side: int) -> None:
    """Enlarged, its edges are several pixels wide, and none of them may be lost, nor be taken for stroke."""
    grey = np.asarray(Image.fromarray(rings(20)[10:110, 10:90]).resize((side, side), Image.Resampling.BOX))
    whole, parts = lattice_of(grey), with_cuts(lattice_of(grey))

    assert len(parts.sizes) > 1
    together = parts.rasters[[tuple(span) == (0, len(parts.sizes)) for span in parts.spans.tolist()]]
    assert np.array_equal(together, whole.rasters)


def test_the_pieces_of_a_drawing_are_those_of_its_lattice_with_cuts() -> None:
    grey = rings(20, 77, 150)

    pieces = pieces_in(grey)

    assert spans(with_cuts(lattice_of(grey))) == set(spans_of(pieces))
    assert np.array_equal(with_cuts(lattice_of(grey)).cuts, pieces.cuts)


def test_specks_change_nothing() -> None:
    clean = rings(20, 100)
    grey = clean.copy()
    for row, column in [(3, 3), (110, 4), (8, 160), (110, 175)]:
        grey[row : row + 4, column : column + 4] = 0

    lattice, as_clean = lattice_of(grey), lattice_of(clean)

    assert lattice.boxes == as_clean.boxes
    assert np.array_equal(lattice.rasters, as_clean.rasters)


def test_a_stroke_apart_from_the_rest_may_belong_to_the_digit() -> None:
    grey = np.full((280, 280), WHITE, np.uint8)
    grey[60:220, 100:115] = 0
    grey[60:75, 130:180] = 0

    assert (100, 60, 80, 160) in lattice_of(grey).boxes


BLANK = {
    "white": np.full((280, 280), WHITE, np.uint8),
    "black": np.zeros((28, 28), np.uint8),
    "one pixel": np.zeros((1, 1), np.uint8),
    "faint": np.where(rings(20) < WHITE, 240, WHITE).astype(np.uint8),
    "noise": np.random.default_rng(0).normal(128, 20, (300, 300)).clip(0, 255).astype(np.uint8),
    "salt": np.where(np.random.default_rng(0).random((280, 280)) < 0.001, 0, 255).astype(np.uint8),
    "one speck": np.where(np.arange(280 * 280).reshape(280, 280) == 40_140, 0, 255).astype(np.uint8),
    "dots": np.where(np.arange(3000 * 3000).reshape(3000, 3000) % 90_700 == 0, 0, 255).astype(np.uint8),
}


@pytest.mark.parametrize("name", BLANK)
@pytest.mark.parametrize("read", [lattice_of, digit_of, pieces_in])
def test_no_ink_is_blank(name: str, read: object) -> None:
    assert callable(read)
    with pytest.raises(UnreadableDrawing) as caught:
        read(BLANK[name])

    assert caught.value.code == "blank"


def scribbled(random: np.random.Generator) -> NDArray[np.uint8]:
    height, width = np.exp(random.uniform(0, 6, 2)).astype(int)
    grey = np.full((height, width), random.integers(256), np.uint8)
    for _ in range(random.integers(6)):
        rows, columns = np.sort(random.integers(0, (height + 1, width + 1), (2, 2)).T)
        grey[slice(*rows), slice(*columns)] = random.integers(256)
    grey[random.random(grey.shape) < random.choice([0, 0.01, 0.3])] = random.integers(256)
    return grey


@pytest.mark.parametrize("seed", range(5))
def test_whatever_is_drawn_has_a_lattice_or_is_blank(seed: int) -> None:
    random = np.random.default_rng(seed)
    for _ in range(100):
        grey = scribbled(random)
        with suppress(UnreadableDrawing):
            lattice = lattice_of(grey)
            check(lattice, *grey.shape)
            if lattice.uncut:
                check(with_cuts(lattice), *grey.shape)


PATTERNS = {
    "a long column": np.where(np.arange(4000) % 300 < 200, 0, 255).astype(np.uint8)[:, np.newaxis],
    "a chess board": np.indices((900, 900)).sum(axis=0) // 30 % 2 * np.uint8(255),
    "a fence": np.where(np.arange(2000) % 20 < 10, 0, 255).astype(np.uint8)[np.newaxis].repeat(60, axis=0),
    "ruled paper": np.where(np.arange(600) % 20 < 4, 0, 255).astype(np.uint8)[:, np.newaxis].repeat(900, axis=1),
    "a comb": np.where((np.arange(40)[:, np.newaxis] < 5) | (np.arange(2000) % 8 < 3), 0, 255).astype(np.uint8),
}


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_has_no_more_candidates_than_can_be_looked_at(name: str) -> None:
    grey = np.pad(PATTERNS[name].astype(np.uint8), 20, constant_values=WHITE)

    lattice = lattice_of(grey)
    lattice = with_cuts(lattice) if lattice.uncut else lattice

    check(lattice, *grey.shape)
    assert len(lattice.spans) <= 1600
