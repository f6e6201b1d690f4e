from contextlib import suppress

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from sklearn.datasets import load_digits

from pipeline.recognition.digits import find_digits
from pipeline.recognition.images import UnreadableDrawing

THREE = [(0.30, 0.25), (0.45, 0.15), (0.65, 0.20), (0.68, 0.35), (0.50, 0.48)]
THREE += [(0.70, 0.62), (0.60, 0.80), (0.40, 0.85), (0.28, 0.70)]


def drawn(side: int, pen: int, ink: int = 0, ground: int = 255, scale: float = 1.0) -> NDArray[np.uint8]:
    image = Image.new("L", (side, side), ground)
    points = [(x * side * scale, y * side * scale) for x, y in THREE]
    ImageDraw.Draw(image).line(points, fill=ink, width=pen, joint="curve")
    return np.asarray(image)


def centre_of_mass(raster: NDArray[np.uint8]) -> NDArray[np.float64]:
    weights = raster / raster.sum()
    return np.array([weights.sum(axis=1) @ np.arange(28), weights.sum(axis=0) @ np.arange(28)])


def bounds(raster: NDArray[np.uint8]) -> tuple[int, int]:
    return int(np.ptp(raster.any(axis=1).nonzero()[0])) + 1, int(np.ptp(raster.any(axis=0).nonzero()[0])) + 1


def likeness(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


@pytest.mark.parametrize(("side", "pen"), [(28, 3), (64, 6), (280, 12), (280, 30), (1000, 2), (1000, 90), (4000, 5)])
def test_a_digit_is_normalised_as_mnist_was(side: int, pen: int) -> None:
    rasters, boxes = find_digits(drawn(side, pen))

    assert (rasters.shape, rasters.dtype, len(boxes)) == ((1, 28, 28), np.uint8, 1)
    assert max(bounds(rasters[0])) == 20
    assert np.abs(centre_of_mass(rasters[0]) - 14).max() <= 0.55
    assert rasters.max() >= 254


def test_the_proportions_stay() -> None:
    grey = np.full((200, 100), 255, np.uint8)
    grey[20:180, 40:60] = 0

    raster = find_digits(grey)[0][0]

    assert bounds(raster) == (20, 2) or bounds(raster) == (20, 3)


def test_what_is_normalised_already_stays_as_it_is() -> None:
    once = find_digits(drawn(280, 20))[0]

    twice, boxes = find_digits(once[0])

    assert np.array_equal(once, twice)
    assert np.array_equal(once, find_digits(255 - once[0])[0])
    assert boxes[0][2:] == bounds(once[0])[::-1]


@pytest.mark.parametrize(("ink", "ground"), [(255, 0), (90, 200), (160, 90)])
def test_neither_colour_nor_polarity_matters(ink: int, ground: int) -> None:
    assert likeness(find_digits(drawn(280, 14, ink, ground))[0], find_digits(drawn(280, 14))[0]) > 0.995


@pytest.mark.parametrize("shift", [(0, 0), (5, 60), (70, 0)])
def test_neither_place_nor_size_matters(shift: tuple[int, int]) -> None:
    grey = np.full((400, 500), 255, np.uint8)
    grey[shift[0] : shift[0] + 280, shift[1] : shift[1] + 280] = drawn(280, 14)

    rasters, boxes = find_digits(grey)

    assert likeness(rasters, find_digits(drawn(560, 28))[0]) > 0.97
    left, top, width, height = find_digits(drawn(280, 14))[1][0]
    assert boxes == [(left + shift[1], top + shift[0], width, height)]


def test_the_box_holds_the_ink_and_no_more() -> None:
    grey = np.full((300, 400), 255, np.uint8)
    grey[50:250, 120:150] = 0

    assert find_digits(grey)[1] == [(120, 50, 30, 200)]


@pytest.mark.parametrize(("side", "pen"), [(400, 2), (1000, 2), (3000, 3)])
def test_a_hair_line_comes_out_as_a_stroke(side: int, pen: int) -> None:
    hair = find_digits(drawn(side, pen))[0]

    assert likeness(hair, find_digits(drawn(280, 22))[0]) > 0.85
    assert (hair > 127).sum() > 60


def test_specks_do_not_widen_the_box() -> None:
    grey = drawn(280, 14).copy()
    clean = find_digits(grey)
    for row, column in [(3, 3), (270, 4), (8, 260), (275, 275)]:
        grey[row : row + 4, column : column + 4] = 0

    rasters, boxes = find_digits(grey)

    assert boxes == clean[1]
    assert np.array_equal(rasters, clean[0])


def test_a_stroke_apart_from_the_rest_belongs_to_the_digit() -> None:
    grey = np.full((280, 280), 255, np.uint8)
    grey[60:220, 100:115] = 0
    grey[60:75, 130:180] = 0

    assert find_digits(grey)[1] == [(100, 60, 80, 160)]


def test_a_noisy_photograph_reads_as_a_clean_drawing_does() -> None:
    light = np.linspace(0.6, 1, 600) * np.linspace(0.8, 1, 600)[:, np.newaxis]
    photograph = drawn(600, 20, 60, 220) * light + np.random.default_rng(0).normal(0, 6, (600, 600))

    rasters, _ = find_digits(photograph.clip(0, 255).astype(np.uint8))

    assert likeness(rasters, find_digits(drawn(600, 20))[0]) > 0.95


def test_digits_of_8_by_8_pixels_are_enlarged() -> None:
    likenesses = []
    for image in (load_digits().images[:200] * 15).astype(np.uint8):
        raster = find_digits(image)[0][0]
        assert max(bounds(raster)) == 20
        rows, columns = raster.any(axis=1).nonzero()[0], raster.any(axis=0).nonzero()[0]
        digit = raster[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        likenesses.append(likeness(resized(digit), resized(image[:, image.max(axis=0) > 63])))

    assert np.mean(likenesses) > 0.88


def resized(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(Image.fromarray(pixels).resize((8, 8), Image.Resampling.BOX))


BLANK = {
    "white": np.full((280, 280), 255, np.uint8),
    "black": np.zeros((28, 28), np.uint8),
    "one pixel": np.zeros((1, 1), np.uint8),
    "faint": drawn(280, 14, 240, 255),
    "noise": np.random.default_rng(0).normal(128, 20, (300, 300)).clip(0, 255).astype(np.uint8),
    "salt": np.where(np.random.default_rng(0).random((280, 280)) < 0.001, 0, 255).astype(np.uint8),
    "one speck": np.where(np.arange(280 * 280).reshape(280, 280) == 40_140, 0, 255).astype(np.uint8),
    "dots": np.where(np.arange(3000 * 3000).reshape(3000, 3000) % 30_007 == 0, 0, 255).astype(np.uint8),
}


@pytest.mark.parametrize("name", BLANK)
def test_no_ink_is_blank(name: str) -> None:
    with pytest.raises(UnreadableDrawing) as caught:
        find_digits(BLANK[name])

    assert caught.value.code == "blank"


@pytest.mark.parametrize("seed", range(5))
def test_whatever_is_drawn_is_read_or_blank(seed: int) -> None:
    random = np.random.default_rng(seed)
    for _ in range(200):
        height, width = np.exp(random.uniform(0, 6, 2)).astype(int)
        grey = np.full((height, width), random.integers(256), np.uint8)
        for _ in range(random.integers(4)):
            rows, columns = np.sort(random.integers(0, (height + 1, width + 1), (2, 2)).T)
            grey[slice(*rows), slice(*columns)] = random.integers(256)
        grey[random.random(grey.shape) < random.choice([0, 0.01, 0.3])] = random.integers(256)
        with suppress(UnreadableDrawing):
            rasters, [(left, top, box_width, box_height)] = find_digits(grey)
            assert rasters.max() > 127
            assert 0 <= left < left + box_width <= width
            assert 0 <= top < top + box_height <= height
