import hashlib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from pipeline.recognition.classifier import Classifier
from pipeline.recognition.digits import find_digits
from pipeline.settings import settings

MODEL = settings().model_path


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.load(MODEL, threads=2)


@pytest.fixture(scope="module")
def rasters() -> NDArray[np.uint8]:
    return np.concatenate([find_digits((image * 15).astype(np.uint8))[0] for image in load_digits().images])


def test_each_row_holds_ten_probabilities(classifier: Classifier, rasters: NDArray[np.uint8]) -> None:
    probabilities = classifier.probabilities(rasters[:5])

    assert (probabilities.shape, probabilities.dtype) == ((5, 10), np.float32)
    assert probabilities.min() >= 0
    assert probabilities.sum(axis=1) == pytest.approx(np.ones(5), abs=1e-5)


def test_real_digits_are_read(classifier: Classifier, rasters: NDArray[np.uint8]) -> None:
    read = classifier.probabilities(rasters).argmax(axis=1)

    assert np.mean(read == load_digits().target) > 0.96


@pytest.mark.parametrize("size", [1, 2, 7, 33, 100, 1024, 1797])
def test_a_raster_reads_the_same_in_any_batch(classifier: Classifier, rasters: NDArray[np.uint8], size: int) -> None:
    alone = np.concatenate([classifier.probabilities(rasters[n : n + 1]) for n in range(0, size, 1 + size // 20)])

    assert classifier.probabilities(rasters[:size])[:: 1 + size // 20] == pytest.approx(alone, abs=1e-5)


def test_more_than_fit_in_one_batch_are_all_read_in_order(classifier: Classifier, rasters: NDArray[np.uint8]) -> None:
    twice = classifier.probabilities(np.concatenate([rasters, rasters]))

    assert len(twice) == 2 * len(rasters)
    assert twice[: len(rasters)] == pytest.approx(twice[len(rasters) :], abs=1e-5)


def test_no_raster_has_no_probabilities(classifier: Classifier) -> None:
    assert classifier.probabilities(np.zeros((0, 28, 28), np.uint8)).shape == (0, 10)


def test_the_version_is_that_of_the_file(classifier: Classifier) -> None:
    assert classifier.version == hashlib.sha256(MODEL.read_bytes()).hexdigest()[:12]


def test_a_second_load_may_ask_for_other_threads(classifier: Classifier) -> None:
    assert Classifier.load(MODEL, threads=1).version == classifier.version


def test_nothing_is_said_on_standard_error(capfd: pytest.CaptureFixture[str]) -> None:
    Classifier.load(MODEL)

    assert capfd.readouterr().err == ""


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"training\.train"):
        Classifier.load(tmp_path / "none.keras")
