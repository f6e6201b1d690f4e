import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from pipeline.recognition.cuts import CUTS_IN_ALL, SEVERAL, TOUCHING, _parts, cut, is_wide
from pipeline.recognition.ink import EDGE
from pipeline.recognition.pieces import Pieces, pieces_of
from pipeline.recognition.seams import SLIVER


def rings(*lefts: int, width: int = 60, ink: int = 255) -> NDArray[np.uint8]:
    image = Image.new("L", (max(lefts) + width + 20, 120))
    for left in lefts:
        ImageDraw.Draw(image).ellipse((left, 20, left + width, 100), outline=ink, width=8)
    return np.asarray(image)


def whole(ink: NDArray[np.uint8]) -> Pieces:
    pieces = pieces_of(ink)
    assert pieces is not None
    return pieces


def parts_of(ink: NDArray[np.uint8]) -> Pieces:
    """The cut pieces, checked."""
    before = whole(ink)
    parts = cut(before)
    assert np.array_equal(parts.labels > 0, before.labels > 0)
    assert np.unique(parts.labels[parts.labels > 0]).tolist() == list(range(1, parts.count + 1))
    for number, (left, top, right, bottom) in enumerate(parts.bounds, 1):
        rows, columns = np.nonzero(parts.labels == number)
        assert (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1) == (left, top, right, bottom)
        assert len(np.unique(before.labels[parts.labels == number])) == 1
    assert (np.diff(parts.bounds[:, 0] + parts.bounds[:, 2]) >= 0).all()
    assert len(parts.cuts) == parts.count
    assert parts.cuts.dtype == np.float32
    return parts


def test_what_is_narrow_is_not_wide() -> None:
    narrow = np.zeros((100, 100), np.uint8)
    narrow[10:90, 20 : 20 + round(80 * TOUCHING)] = 255
    wide = np.pad(narrow[:, 20:21], ((0, 0), (0, round(80 * TOUCHING))), mode="edge")

    assert not is_wide(whole(narrow))
    assert is_wide(whole(wide))


def test_narrow_strokes_stay_as_they_are() -> None:
    ink = np.zeros((100, 200), np.uint8)
    ink[10:90, 20:30] = ink[10:90, 100:130] = 255

    parts = parts_of(ink)

    assert np.array_equal(parts.labels, whole(ink).labels)
    assert parts.bounds.tolist() == whole(ink).bounds.tolist()
    assert parts.cuts.tolist() == [0, 0]


def test_noughts_that_touch_are_cut_where_they_touch() -> None:
    parts = parts_of(rings(20, 77))

    first = [part for part, (_, _, right, _) in enumerate(parts.bounds) if right <= 62]
    second = [part for part, (left, _, _, _) in enumerate(parts.bounds) if left >= 54]
    assert {*first, *second} == set(range(parts.count))
    assert min(parts.cuts[second]) == pytest.approx(1.2 * SEVERAL, abs=0.2 * SEVERAL)


def test_what_is_cut_has_a_price_and_what_is_not_has_none() -> None:
    parts = parts_of(np.concatenate([rings(20, 77), rings(20)], axis=1))

    stands_alone = [part for part, (left, _, _, _) in enumerate(parts.bounds) if left in (0, 157)]
    assert parts.cuts[stands_alone].tolist() == [0, 0]
    assert (np.delete(parts.cuts, stands_alone) > 0.9 * SEVERAL).all()


def test_to_cut_what_may_be_one_digit_costs_more_than_to_cut_what_must_be_several() -> None:
    narrow = np.zeros((120, 120), np.uint8)
    narrow[20:100, 20:26] = narrow[20:100, 84:90] = narrow[56:62, 20:90] = 255
    wide = np.zeros((120, 160), np.uint8)
    wide[20:100, 20:26] = wide[20:100, 124:130] = wide[56:62, 20:130] = 255

    one, several = (min(cost for cost in parts_of(ink).cuts if cost) for ink in (narrow, wide))

    assert one == pytest.approx(several / SEVERAL, abs=0.1)


def test_no_part_is_a_sliver() -> None:
    for offset in range(40, 70, 3):
        ink = rings(20, 20 + offset, 20 + 2 * offset)
        parts = parts_of(ink)
        amounts = np.bincount(parts.labels.ravel(), parts.ink.ravel())[1:]
        assert amounts.min() > 0.65 * SLIVER * ink.sum(dtype=np.int64) * 80 / ink.any(axis=0).sum()


def test_a_thin_tail_is_not_cut_off_a_heavy_stroke() -> None:
    ink = np.zeros((100, 160), np.uint8)
    ink[10:90, 10:60] = 255
    ink[50:53, 60:90] = 255

    parts = parts_of(ink)

    assert np.bincount(parts.labels.ravel())[1:].min() > 200


def test_what_stands_within_a_digit_does_not_confuse_what_was_cut() -> None:
    ink = rings(20, 77).copy()
    ink[50:70, 103:107] = 255

    parts = parts_of(ink)

    sides = parts.bounds[:, 2:] - parts.bounds[:, :2]
    (within,) = np.flatnonzero((sides == (4, 20)).all(axis=1))
    assert 0 < within < parts.count - 1
    assert parts.cuts[within] == parts.cuts[0] == 0
    assert parts.cuts[within + 1] > 0.9 * SEVERAL


def test_a_pattern_is_not_cut_endlessly() -> None:
    combs = np.zeros((160, 1600), np.uint8)
    combs[:, ::10] = combs[:, 1::10] = combs[:4] = 255
    combs[:, 525:540] = combs[:, 1055:1070] = 0
    before = whole(combs)

    assert before.count == 3
    assert CUTS_IN_ALL / 2 < cut(before).count <= before.count + CUTS_IN_ALL


def test_a_long_number_gets_all_its_cuts() -> None:
    parts = parts_of(rings(*range(20, 20 + 8 * 57, 57)))

    assert parts.count >= 8
    for border in range(57, 8 * 57, 57):
        assert abs(parts.bounds[:, 0] - border - 1).min() <= 6


def test_no_part_is_but_a_faint_edge() -> None:
    ink = np.zeros((32, 40), np.uint8)
    ink[:, :14], ink[:, 18:] = 255, EDGE - 4

    parts, costs = _parts(ink, 32.0, 8)

    assert len(costs) > 1
    assert set(parts[ink >= EDGE].tolist()) == set(range(len(costs)))
