import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from pipeline.forms import Arrival, Outcome, Reading
from pipeline.messages import Origin
from pipeline.recognition import drawings
from pipeline.recognition.classifier import Classifier
from pipeline.recognition.lattice import Lattice
from pipeline.stages.classify import read_batch
from pipeline.stages.decode import decode_batch
from training.reading import luminance, read_drawings

NO_DIGIT = 10


class NarrowOrWide:
    """Takes a narrow raster for a 1, one as wide as it is tall for a 0 and a flat one for none."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, rasters: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.calls += 1
        wide, tall = ((rasters > 64).any(axis=axis).sum(axis=1) for axis in (1, 2))
        classes = np.where(wide < 8, 1, np.where(tall < 17, NO_DIGIT, 0))
        return (0.001 + 0.989 * np.eye(11)[classes]).astype(np.float32)


def drawing(number: str) -> bytes:
    image = Image.new("L", (150 * len(number) + 20, 180), 255)
    pen = ImageDraw.Draw(image)
    for place, digit in enumerate(number):
        left = 20 + 150 * place
        if digit == "1":
            pen.line((left + 50, 20, left + 50, 160), fill=0, width=12)
        else:
            pen.ellipse((left, 20, left + 110, 160), outline=0, width=12)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def test_numbers_and_rejections_come_in_the_order_of_the_drawings() -> None:
    predict = NarrowOrWide()

    answers = read_drawings(iter([drawing("1"), b"", drawing("101"), b"hello", drawing("0")]), Classifier("x", predict))

    assert [answer.number for answer in answers] == ["1", "", "101", "", "0"]
    assert [answer.code for answer in answers] == [None, "empty", None, "not_an_image", None]
    assert [answer.confidence for answer in answers] == pytest.approx([0.99, 0, 0.99**3, 0, 0.99], abs=1e-4)
    assert [answer.probabilities.shape for answer in answers] == [(1, 10), (0, 10), (3, 10), (0, 10), (1, 10)]
    assert answers[2].probabilities.argmax(axis=1).tolist() == [1, 0, 1]
    assert predict.calls == 1


def test_answers_are_those_of_the_stream() -> None:
    values, classifier = (
        [drawing("10"), b"", drawing("01101"), bytes(784), b"\x89PNG\r\n\x1a\n"],
        Classifier("x", NarrowOrWide()),
    )

    answers = read_drawings(values, classifier)

    arrivals = [Arrival(Origin("drawings", 0, place), 0, None, value, {}) for place, value in enumerate(values)]
    outcomes = read_batch(decode_batch(arrivals), classifier)
    assert [content(outcome) for outcome in outcomes] == [
        (answer.number, answer.confidence, pytest.approx(answer.probabilities), answer.code) for answer in answers
    ]


def content(outcome: Outcome) -> tuple[object, ...]:
    if isinstance(outcome, Reading):
        said = outcome.prediction
        return said.number, said.confidence, np.array([digit.probabilities for digit in said.digits]), None
    return "", 0.0, np.zeros((0, 10)), outcome.code


def test_rejections_alone_need_no_cnn() -> None:
    predict = NarrowOrWide()

    assert [answer.code for answer in read_drawings([b"", b"?"], Classifier("x", predict))] == ["empty", "not_an_image"]
    assert predict.calls == 0


def test_a_drawing_that_breaks_our_code_harms_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = drawings.lattice_of

    def fragile(grey: NDArray[np.uint8]) -> Lattice:
        if grey.shape[1] > 200:
            raise ZeroDivisionError
        return whole(grey)

    monkeypatch.setattr(drawings, "lattice_of", fragile)

    answers = read_drawings([drawing("11"), drawing("1")], Classifier("x", NarrowOrWide()))

    assert [(answer.number, answer.code) for answer in answers] == [("", "internal_error"), ("1", None)]


def test_a_drawing_is_shown_as_the_stream_sees_it() -> None:
    grey = luminance(drawing("10"))

    assert grey is not None
    assert (grey.shape, grey[0, 0], grey[90, 70]) == ((180, 320), 255, 0)
    assert luminance(bytes(784)) is not None
    assert luminance(b"hello") is None
