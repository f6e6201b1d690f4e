import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from sklearn.datasets import load_digits

from pipeline.recognition.lattice import digit_of
from pipeline.recognition.normalise import bounds_if_normalised, normalised

THREE = [(0.30, 0.25), (0.45, 0.15), (0.65, 0.20), (0.68, 0.35), (0.50, 0.48)]
THREE += [(0.70, 0.62), (0.60, 0.80), (0.40, 0.85), (0.28, 0.70)]


def drawn(side: int, pen: int, ink: int = 0, ground: int = 255) -> NDArray[np.uint8]:
    image = Image.new("L", (side, side), ground)
    points = [(x * side, y * side) for x, y in THREE]
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
    raster = digit_of(drawn(side, pen))

    assert (raster.shape, raster.dtype) == ((28, 28), np.uint8)
    assert max(bounds(raster)) == 20
    assert np.abs(centre_of_mass(raster) - 14).max() <= 0.55
    assert raster.max() >= 254


@pytest.mark.parametrize("upright", [True, False])
def test_the_proportions_stay(upright: bool) -> None:
    grey = np.full((200, 100), 255, np.uint8)
    grey[20:180, 40:60] = 0

    raster = digit_of(grey if upright else grey.T)

    assert (bounds(raster) if upright else bounds(raster.T)) in [(20, 2), (20, 3)]


def test_what_is_normalised_already_stays_as_it_is() -> None:
    once = digit_of(drawn(280, 20))

    assert bounds_if_normalised(once[np.newaxis])[0]
    assert np.array_equal(digit_of(once), once)
    assert np.array_equal(digit_of(255 - once), once)


@pytest.mark.parametrize(("rows", "columns"), [(3, 0), (0, 3), (-3, 0)])
def test_a_raster_off_its_centre_is_not_normalised(rows: int, columns: int) -> None:
    off = np.roll(digit_of(drawn(280, 20)), (rows, columns), (0, 1))

    assert not bounds_if_normalised(off[np.newaxis])[0]
    assert np.abs(centre_of_mass(digit_of(off)) - 14).max() <= 0.55


def test_a_raster_too_small_in_its_field_is_not_normalised() -> None:
    small = np.asarray(Image.fromarray(digit_of(drawn(280, 20))).resize((20, 20)))

    assert not bounds_if_normalised(np.pad(small, 4)[np.newaxis])[0]
    assert max(bounds(digit_of(np.pad(small, 4)))) == 20


@pytest.mark.parametrize(("ink", "ground"), [(255, 0), (90, 200), (160, 90)])
def test_neither_colour_nor_polarity_matters(ink: int, ground: int) -> None:
    assert likeness(digit_of(drawn(280, 14, ink, ground)), digit_of(drawn(280, 14))) > 0.995


@pytest.mark.parametrize("shift", [(0, 0), (5, 60), (70, 0)])
def test_neither_place_nor_size_matters(shift: tuple[int, int]) -> None:
    grey = np.full((400, 500), 255, np.uint8)
    grey[shift[0] : shift[0] + 280, shift[1] : shift[1] + 280] = drawn(280, 14)

    assert likeness(digit_of(grey), digit_of(drawn(560, 28))) > 0.97


@pytest.mark.parametrize(("side", "pen"), [(400, 2), (1000, 2), (3000, 3)])
def test_a_hair_line_comes_out_as_a_stroke(side: int, pen: int) -> None:
    hair = digit_of(drawn(side, pen))

    assert likeness(hair, digit_of(drawn(280, 22))) > 0.85
    assert (hair > 127).sum() > 60


def test_a_noisy_photograph_reads_as_a_clean_drawing_does() -> None:
    light = np.linspace(0.6, 1, 600) * np.linspace(0.8, 1, 600)[:, np.newaxis]
    photograph = drawn(600, 20, 60, 220) * light + np.random.default_rng(0).normal(0, 6, (600, 600))

    raster = digit_of(photograph.clip(0, 255).astype(np.uint8))

    assert likeness(raster, digit_of(drawn(600, 20))) > 0.95


def test_digits_of_8_by_8_pixels_are_enlarged() -> None:
    likenesses = []
    for image in (load_digits().images[:200] * 15).astype(np.uint8):
        raster = digit_of(image)
        assert max(bounds(raster)) == 20
        rows, columns = raster.any(axis=1).nonzero()[0], raster.any(axis=0).nonzero()[0]
        digit = raster[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        likenesses.append(likeness(resized(digit), resized(enlarged(image))))

    assert np.mean(likenesses) > 0.95


@pytest.mark.parametrize("side", [14, 10, 8])
@pytest.mark.parametrize("place", [0, 3, 7])
def test_a_tiny_drawing_is_seen_as_its_large_self_wherever_it_lies_on_the_grid(side: int, place: int) -> None:
    large = np.full((side * 20, side * 20), 255, np.uint8)
    large[place:, place:] = drawn(side * 20, side * 2)[: side * 20 - place, : side * 20 - place]
    tiny = np.asarray(Image.fromarray(large).reduce(20))

    seen, wanted = digit_of(tiny), digit_of(large)
    nearby = [np.roll(seen, (down, right), (0, 1)) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    assert max(likeness(moved, wanted) for moved in nearby) > {14: 0.89, 10: 0.85, 8: 0.82}[side]


def enlarged(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The image at ten times its size, seen as samples of something smooth, cut to its ink."""
    large = np.asarray(Image.fromarray(np.pad(image, 1)).resize((100, 100), Image.Resampling.BICUBIC))
    rows, columns = ((large > 63).any(axis=axis).nonzero()[0] for axis in (1, 0))
    return large[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def resized(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(Image.fromarray(pixels).resize((8, 8), Image.Resampling.BOX))


@pytest.mark.parametrize("shape", [(1, 1), (1, 200), (200, 1), (2, 3), (20, 20), (160, 7), (9, 1600)])
def test_ink_of_any_shape_lies_within_the_raster(shape: tuple[int, int]) -> None:
    raster = normalised(np.full(shape, 255, np.uint8))

    assert raster.shape == (28, 28)
    assert raster.max() >= 254
    assert max(bounds(raster)) == 20
    assert np.abs(centre_of_mass(raster) - 14).max() <= 0.55


def test_no_ink_is_black() -> None:
    assert not normalised(np.zeros((30, 20), np.uint8)).any()


def test_faint_ink_comes_out_full() -> None:
    assert normalised((drawn(100, 9) < 128).astype(np.uint8) * 70).max() >= 254
