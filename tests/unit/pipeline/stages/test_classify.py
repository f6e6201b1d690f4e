from collections.abc import Callable, Iterator, Sequence
from itertools import islice

import apache_beam as beam
import numpy as np
import pytest
from apache_beam.metrics import MetricsFilter
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.testing.util import assert_that, equal_to
from apache_beam.transforms.window import TimestampedValue
from numpy.typing import NDArray

from pipeline.forms import Arrival, Decoded, Outcome, Reading, Sketch
from pipeline.messages import Origin, Rejection
from pipeline.recognition.classifier import Classifier
from pipeline.recognition.lattice import Lattice
from pipeline.settings import REPOSITORY
from pipeline.stages.classify import DigitModelHandler, ReadDigits, read_batch
from pipeline.stages.decode import decode_batch
from producers.samples import sample_drawings

MODEL = str(REPOSITORY / "training" / "digits.keras")
MakeRejection = Callable[..., Rejection]


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.load(MODEL, threads=2)


@pytest.fixture(scope="module")
def sketches() -> list[Sketch]:
    """Real handwriting as the CNN gets it; its id says what it is."""
    return list(islice(_sketches(), 40))


def _sketches() -> Iterator[Sketch]:
    for offset, sample in enumerate(sample_drawings(60)):
        arrival = Arrival(Origin("drawings", 0, offset), 1_000, f"{offset}: {sample.number}".encode(), sample.value, {})
        (sketch,) = decode_batch([arrival])
        if isinstance(sketch, Sketch):
            yield sketch._replace(source="test", label=sample.number)


def of_several(sketches: Sequence[Sketch]) -> Sketch:
    """One drawing with the digits of several."""
    ones = [whole(sketch.lattice) for sketch in sketches]
    lattice = Lattice(
        np.concatenate([one.rasters for one in ones]),
        np.array([[place, place + 1] for place in range(len(ones))], np.int16),
        [(30 * place, *one.boxes[0][1:]) for place, one in enumerate(ones)],
        *(np.concatenate(columns) for columns in zip(*(one[3:8] for one in ones), strict=True)),
    )
    return sketches[0]._replace(drawing_id="several", lattice=lattice)


def whole(lattice: Lattice) -> Lattice:
    """The lattice with the whole drawing as its only candidate."""
    largest = int((lattice.spans[:, 1] - lattice.spans[:, 0]).argmax())
    only = slice(largest, largest + 1)
    one, none = np.ones(1, np.float32), np.zeros(1, np.float32)
    return Lattice(lattice.rasters[only], np.array([[0, 1]], np.int16), lattice.boxes[only], none, one, none, none, one)


def readings(outcomes: Sequence[Outcome]) -> list[Reading]:
    return [outcome for outcome in outcomes if isinstance(outcome, Reading)]


def told(outcome: Outcome) -> tuple[str, str]:
    """A drawing's id, and the number read or why there is none."""
    if isinstance(outcome, Rejection):
        return outcome.drawing_id, outcome.code
    return outcome.prediction.drawing_id, outcome.prediction.number


def one_by_one(batch: Sequence[Decoded], classifier: Classifier) -> list[tuple[str, str]]:
    """What is told of each when it is read alone."""
    return [told(outcome) for element in batch for outcome in read_batch([element], classifier)]


def test_real_handwriting_is_read(classifier: Classifier, sketches: list[Sketch]) -> None:
    read = readings(read_batch(sketches, classifier))

    right = [reading.prediction.drawing_id.endswith(f" {reading.prediction.number}") for reading in read]
    assert len(right) == len(sketches)
    assert np.mean(right) > 0.9


def test_a_reading_has_what_its_sketch_had(classifier: Classifier, sketches: list[Sketch]) -> None:
    (reading,) = readings(read_batch([sketches[3]], classifier))

    lattice = sketches[3].lattice
    assert len(reading.ink) == len(reading.prediction.digits) == 1
    assert any(np.array_equal(reading.ink[0], raster) for raster in lattice.rasters)
    prediction = reading.prediction
    assert Origin(prediction.topic, prediction.partition, prediction.offset) == Origin("drawings", 0, 3)
    assert prediction.source == "test"
    assert (reading.prediction.arrived_at, reading.prediction.label) == (1_000, sketches[3].label)
    assert reading.prediction.digits[0].box in lattice.boxes
    assert (reading.prediction.drawing_id, reading.prediction.submitted_at) == (sketches[3].drawing_id, 1_000)
    assert reading.prediction.model == classifier.version
    assert reading.prediction.predicted_at > reading.prediction.submitted_at


def test_outcomes_stay_in_order_with_rejections_among_them(
    classifier: Classifier, sketches: list[Sketch], rejection: MakeRejection
) -> None:
    batch: list[Decoded] = [rejection(100), *sketches[:2], rejection(101), rejection(102), sketches[2], rejection(103)]

    outcomes = read_batch(batch, classifier)

    assert [told(outcome) for outcome in outcomes] == one_by_one(batch, classifier)
    assert len({told(outcome) for outcome in outcomes}) == len(batch)


def test_each_knows_how_many_were_read_together(
    classifier: Classifier, sketches: list[Sketch], rejection: MakeRejection
) -> None:
    read = readings(read_batch([sketches[0], rejection(100), *sketches[1:3]], classifier))

    assert [reading.prediction.batch_size for reading in read] == [3, 3, 3]


def test_the_digits_of_one_drawing_make_one_number(classifier: Classifier, sketches: list[Sketch]) -> None:
    four, nought, seven = (next(sketch for sketch in sketches if sketch.drawing_id.endswith(end)) for end in "407")
    batch = [of_several([four, nought, seven]), seven, of_several([nought, four])]

    several, one, two = (reading.prediction for reading in readings(read_batch(batch, classifier)))

    assert (several.number, one.number, two.number) == ("407", "7", "04")
    assert [digit.digit for digit in several.digits] == [4, 0, 7]
    assert [digit.box[0] for digit in several.digits] == [0, 30, 60]
    assert several.confidence == pytest.approx(np.prod([digit.confidence for digit in several.digits]))
    assert several.confidence <= min(digit.confidence for digit in several.digits)


def test_each_digit_has_ten_probabilities_of_which_it_is_the_greatest(
    classifier: Classifier, sketches: list[Sketch]
) -> None:
    for reading in readings(read_batch(sketches, classifier)):
        for digit in reading.prediction.digits:
            assert len(digit.probabilities) == 10
            assert sum(digit.probabilities) == pytest.approx(1, abs=1e-5)
            assert max(digit.probabilities) == digit.probabilities[digit.digit]
            assert 0 < digit.confidence <= digit.probabilities[digit.digit] + 1e-5


def test_rejections_alone_need_no_cnn(rejection: MakeRejection) -> None:
    def fail(_: object) -> NDArray[np.float32]:
        raise AssertionError("the CNN was called without digits")

    batch: list[Decoded] = [rejection(0), rejection(1)]

    assert read_batch(batch, Classifier("none", fail)) == batch


def test_a_batch_is_as_large_as_its_ink(sketches: list[Sketch], rejection: MakeRejection) -> None:
    one = sketches[0]._replace(lattice=whole(sketches[0].lattice))
    batch: list[Decoded] = [one, rejection(0, value=bytes(10_000)), of_several(sketches[:3])]

    assert DigitModelHandler(MODEL, threads=2).get_num_bytes(batch) == 4 * 784


@pytest.mark.parametrize("size", [1, 4, 1024])
def test_in_the_pipeline_batches_and_windows_change_no_answer(
    size: int, classifier: Classifier, sketches: list[Sketch], rejection: MakeRejection
) -> None:
    elements: list[Decoded] = [*sketches[:10], rejection(90), *sketches[10:20], rejection(91)]
    batches = [elements[first : first + size] for first in range(0, len(elements), size)]
    timed = [TimestampedValue(batch, 2.0 * place) for place, batch in enumerate(batches)]

    with beam.Pipeline(runner=FnApiRunner()) as pipeline:
        decoded = pipeline | beam.Impulse() | beam.FlatMap(lambda _: timed).with_output_types(list[Decoded])
        outcomes = decoded | ReadDigits(MODEL, 3.0, threads=2)
        assert_that(outcomes | beam.FlatMap(lambda batch: map(told, batch)), equal_to(one_by_one(elements, classifier)))
    (sizes,) = pipeline.result.metrics().query(MetricsFilter().with_name("batch_size"))["distributions"][-1:]
    assert sizes.committed.count == len(batches)
    assert sizes.committed.max == len(batches[0])
