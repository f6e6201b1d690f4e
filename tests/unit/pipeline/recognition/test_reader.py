import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from pipeline.recognition.classifier import NO_DIGIT, Classifier
from pipeline.recognition.lattice import Lattice, lattice_of
from pipeline.recognition.reader import read_numbers

Rasters = NDArray[np.uint8]
Scores = NDArray[np.float32]


def drawing(*shapes: str) -> NDArray[np.uint8]:
    """A number of ``|``, a bar, ``0``, a ring, and ``8``, two rings side by side that touch; each 80 pixels tall."""
    image = Image.new("L", (100 * len(shapes) + 150, 120), 255)
    draw = ImageDraw.Draw(image)
    left = 20
    for shape in shapes:
        if shape == "|":
            draw.rectangle((left, 20, left + 9, 100), fill=0)
        else:
            draw.ellipse((left, 20, left + 60, 100), outline=0, width=8)
        if shape == "8":
            draw.ellipse((left + 55, 20, left + 115, 100), outline=0, width=8)
        left += {"|": 40, "0": 100, "8": 150}[shape]
    return np.asarray(image)


class Eye:
    """Knows bars and rings by their shape: a bar is a 1, a ring a 0, all else no digit; and counts what it is shown."""

    def __init__(self, sure: float = 0.95) -> None:
        self.sure = sure
        self.shown: list[int] = []

    def __call__(self, rasters: Rasters) -> Scores:
        self.shown.append(len(rasters))
        scores = np.full((len(rasters), NO_DIGIT + 1), (1 - self.sure) / NO_DIGIT, np.float32)
        scores[np.arange(len(rasters)), [self.seen(raster) for raster in rasters]] = self.sure
        return scores

    @staticmethod
    def seen(raster: Rasters) -> int:
        rows, columns = np.flatnonzero(raster.max(axis=1) > 99), np.flatnonzero(raster.max(axis=0) > 99)
        if not len(rows):
            return NO_DIGIT
        width = np.ptp(columns) + 1
        hollow = raster[12:16, 12:16].max() < 50
        if width < 6:
            return 1
        return 0 if hollow and 13 <= width <= 17 and len(rows) >= 19 else NO_DIGIT


def lattices(*drawings: NDArray[np.uint8]) -> list[Lattice]:
    return [lattice_of(drawn) for drawn in drawings]


def classifier(eye: Eye | None = None) -> Classifier:
    return Classifier("fake", eye or Eye())


def test_each_drawing_gets_its_own_number_in_their_order() -> None:
    shown = [["|"], ["0", "|"], ["0"], ["|", "0", "0", "|"], ["|", "|", "|"]]

    numbers = read_numbers(lattices(*(drawing(*shapes) for shapes in shown)), classifier())

    assert [number.number for number in numbers] == ["1", "01", "0", "1001", "111"]


def test_digits_have_their_boxes_and_their_ink() -> None:
    (number,) = read_numbers(lattices(drawing("|", "0")), classifier())

    assert [digit.box for digit in number.digits] == [(20, 20, 10, 81), (60, 20, 61, 81)]
    assert number.ink.shape == (2, 28, 28)
    assert [Eye.seen(raster) for raster in number.ink] == [1, 0]


def test_a_number_is_as_sure_as_all_its_digits_together() -> None:
    (number,) = read_numbers(lattices(drawing("|", "0", "|")), classifier())

    assert [digit.confidence for digit in number.digits] == pytest.approx([0.95] * 3)
    assert number.confidence == pytest.approx(0.95**3)


def test_probabilities_are_told_that_it_is_a_digit_and_the_confidence_is_not() -> None:
    def doubtful(rasters: Rasters) -> Scores:
        scores = np.zeros((len(rasters), NO_DIGIT + 1), np.float32)
        scores[:, [3, 8, NO_DIGIT]] = 0.5, 0.125, 0.375
        return scores

    ((digit,), _) = read_numbers(lattices(drawing("|")), Classifier("fake", doubtful))[0]

    assert (digit.digit, digit.confidence) == (3, 0.5)
    assert len(digit.probabilities) == 10
    assert (digit.probabilities[3], digit.probabilities[8]) == (0.8, 0.2)
    assert sum(digit.probabilities) == pytest.approx(1)


def test_what_is_certainly_no_digit_has_no_confidence_and_numbers_for_probabilities() -> None:
    def never(rasters: Rasters) -> Scores:
        return np.tile(np.eye(NO_DIGIT + 1, dtype=np.float32)[NO_DIGIT], (len(rasters), 1))

    (number,) = read_numbers(lattices(drawing("0")), Classifier("fake", never))

    assert number.confidence == 0
    assert np.isfinite(number.digits[0].probabilities).all()


def test_digits_that_touch_are_read_apart() -> None:
    (number,) = read_numbers(lattices(drawing("8")), classifier())

    assert number.number == "00"
    assert [digit.box[0] for digit in number.digits] == pytest.approx([20, 75], abs=8)


def test_what_is_clear_is_looked_at_once_and_never_in_parts() -> None:
    eye = Eye(sure=0.97)
    clear = lattices(drawing("0"), drawing("0", "|"))
    assert clear[0].uncut is not None

    numbers = read_numbers(clear, classifier(eye))

    assert [number.number for number in numbers] == ["0", "01"]
    assert len(eye.shown) == 1


def test_what_is_large_and_left_out_makes_a_drawing_unclear() -> None:
    eye = Eye()
    grey = drawing("0", "|").copy()
    grey[40:72, 200:232] = 0

    (number,) = read_numbers(lattices(grey), classifier(eye))

    assert number.number == "01"
    assert len(eye.shown) == 2


def test_of_many_drawings_only_the_unclear_ones_are_cut_and_all_stay_in_order() -> None:
    eye = Eye()
    shown = lattices(drawing("|"), drawing("8"), drawing("0"), drawing("8", "|"), drawing("|", "|"))

    numbers = read_numbers(shown, classifier(eye))

    assert [number.number for number in numbers] == ["1", "00", "0", "001", "11"]
    assert len(eye.shown) == 2


def test_no_drawings_have_no_numbers_and_need_no_cnn() -> None:
    eye = Eye()

    assert read_numbers([], classifier(eye)) == []
    assert eye.shown == []
