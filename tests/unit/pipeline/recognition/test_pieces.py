import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from pipeline.recognition.ink import EDGE
from pipeline.recognition.pieces import HIGHEST, LOWEST, MOST_STROKES, SPECK, WIDEST, Pieces, pieces_of


def blank(height: int = 100, width: int = 300) -> NDArray[np.uint8]:
    return np.zeros((height, width), np.uint8)


def found(ink: NDArray[np.uint8]) -> Pieces:
    pieces = pieces_of(ink)
    assert pieces is not None
    check(pieces, ink)
    return pieces


def check(pieces: Pieces, ink: NDArray[np.uint8]) -> None:
    """Labels, bounds and ink say the same."""
    assert pieces.labels.shape == pieces.ink.shape
    assert np.unique(pieces.labels[pieces.labels > 0]).tolist() == list(range(1, pieces.count + 1))
    assert len(pieces.cuts) == pieces.count
    assert not pieces.labels[pieces.ink == 0].any()
    for number, (left, top, right, bottom) in enumerate(pieces.bounds, 1):
        rows, columns = np.nonzero((pieces.labels == number) & (pieces.ink >= EDGE))
        assert (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1) == (left, top, right, bottom)
    middles = pieces.bounds[:, 0] + pieces.bounds[:, 2]
    assert (np.diff(middles) >= 0).all()
    assert pieces.ink.shape[0] <= HIGHEST + 1
    assert pieces.ink.shape[1] <= WIDEST + 1
    assert 0 <= pieces.left < pieces.right <= ink.shape[1]
    assert 0 <= pieces.top < pieces.bottom <= ink.shape[0]


def test_two_strokes_apart_are_two_pieces_from_left_to_right() -> None:
    ink = blank()
    ink[10:60, 200:205] = 255
    ink[20:90, 50:60] = 255

    pieces = found(ink)

    assert (pieces.left, pieces.top, pieces.right, pieces.bottom) == (50, 10, 205, 90)
    assert pieces.bounds.tolist() == [[0, 10, 10, 80], [150, 0, 155, 50]]
    assert pieces.cuts.tolist() == [0, 0]


def test_the_order_is_that_of_the_middles() -> None:
    ink = blank()
    ink[10:14, 20:80] = 255
    ink[30:90, 40:46] = 255
    ink[30:90, 240:246] = 255

    assert found(ink).bounds[:, 0].tolist() == [20, 0, 220]


def test_strokes_that_touch_at_a_corner_are_one_piece() -> None:
    ink = blank()
    ink[10:50, 20:60] = ink[50:90, 60:100] = 255

    assert found(ink).count == 1


def test_specks_are_dropped_and_small_strokes_are_not() -> None:
    ink = blank()
    ink[10:90, 100:110] = 255
    ink[10:18, 150:158] = 255
    assert found(ink).count == 1

    ink[10:22, 200:212] = 255
    assert found(ink).count == 2


def test_a_dropped_speck_belongs_to_nobody() -> None:
    ink = blank()
    ink[10:90, 100:110] = 255
    ink[50:53, 150:153] = 255

    pieces = found(ink)

    assert pieces.labels[40:43, 50:53].max() == 0
    assert pieces.ink[40:43, 50:53].min() == 255


def test_a_long_line_makes_no_specks_of_the_digits_above_it_and_is_none_itself() -> None:
    ink = blank(100, 1000)
    ink[90:93, 20:980] = 255
    for left in range(100, 900, 100):
        ink[40:80, left : left + 5] = 255

    pieces = found(ink)

    assert pieces.count == 8
    assert (pieces.bounds[:, 3] - pieces.bounds[:, 1] > 20).all()


def test_a_bar_as_wide_as_a_digit_belongs_to_it() -> None:
    ink = blank()
    ink[20:80, 20:26] = ink[10:14, 20:80] = 255

    assert found(ink).count == 2


def test_a_wide_dash_alone_is_a_piece() -> None:
    ink = blank()
    ink[50:54, 20:280] = 255

    pieces = found(ink)

    assert pieces.count == 1
    assert pieces.line >= SPECK * 260


def test_scattered_specks_are_nothing() -> None:
    ink = blank(600, 900)
    ink[np.random.default_rng(0).integers(0, 600, 50), np.random.default_rng(1).integers(0, 900, 50)] = 255

    assert pieces_of(ink) is None


def test_a_single_pixel_is_nothing_but_a_tiny_digit_on_a_large_page_is_something() -> None:
    ink = blank(1000, 1000)
    ink[500, 500] = 255
    assert pieces_of(ink) is None

    ink[500:509, 500:502] = 255
    assert found(ink).count == 1


def test_the_line_is_as_high_as_most_digits() -> None:
    ink = blank(200, 600)
    for left, height in [(20, 80), (100, 84), (180, 150), (260, 82), (340, 20), (400, 10)]:
        ink[:height, left : left + 6] = 255

    assert found(ink).line == pytest.approx(83, abs=2)


@pytest.mark.parametrize(("height", "width"), [(5, 1), (8, 8), (31, 12)])
def test_tiny_drawings_are_looked_at_enlarged(height: int, width: int) -> None:
    ink = blank(height + 2, width + 2)
    ink[1:-1, 1:-1] = 255

    pieces = found(ink)

    assert pieces.ink.shape[0] == round(LOWEST * (height + 2 * pieces.margin) / height)
    assert (pieces.left, pieces.top, pieces.right, pieces.bottom) == (1, 1, width + 1, height + 1)


@pytest.mark.parametrize(("height", "width"), [(4000, 300), (300, 4000), (3000, 3000), (4000, 1), (1, 4000)])
def test_large_drawings_are_looked_at_made_smaller(height: int, width: int) -> None:
    pieces = found(np.full((height, width), 255, np.uint8))

    assert pieces.count == 1
    assert pieces.ink.shape[0] <= HIGHEST
    assert pieces.ink.shape[1] <= WIDEST
    assert (pieces.left, pieces.top, pieces.right, pieces.bottom) == (0, 0, width, height)


def test_a_hair_line_in_a_large_drawing_is_not_lost() -> None:
    image = Image.new("L", (3000, 3000))
    ImageDraw.Draw(image).line([(500, 200), (2500, 300), (1200, 2800)], fill=255, width=3)

    pieces = found(np.asarray(image))

    assert pieces.count == 1
    assert pieces.ink.max() >= 250


def test_the_edge_of_a_stroke_belongs_to_it() -> None:
    ink = blank()
    ink[10:90, 100:110] = 255
    ink[10:90, 99] = ink[10:90, 110] = 30
    ink[10:90, 150:160] = 255

    pieces = found(ink)

    assert (pieces.labels[:, 0] == 1).all()
    assert (pieces.labels[:, 10] == 1).all()
    assert (pieces.labels[:, 12] == 0).all()


def test_of_a_pattern_only_the_largest_strokes_are_looked_at() -> None:
    ink = blank(100, 1500)
    for place in range(200):
        ink[: 90 if place % 10 == 0 else 40, 7 * place + 1 : 7 * place + 4] = 255

    pieces = found(ink)

    heights = pieces.bounds[:, 3] - pieces.bounds[:, 1]
    assert pieces.count == MOST_STROKES
    assert (heights > 80).sum() == 20
