import hashlib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from pipeline.recognition.classifier import CLASSES, NO_DIGIT, SURE, Classifier
from pipeline.recognition.lattice import digit_of
from pipeline.recognition.normalise import RASTER
from pipeline.recognition.second_look import LOOKS, second_looks
from pipeline.settings import settings

MODEL = settings().model_path


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.load(MODEL, threads=2)


@pytest.fixture(scope="module")
def rasters() -> NDArray[np.uint8]:
    return np.stack([digit_of((image * 15).astype(np.uint8)) for image in load_digits().images])


def test_each_row_of_scores_holds_eleven_of_which_the_last_is_that_it_is_no_digit(
    classifier: Classifier, rasters: NDArray[np.uint8]
) -> None:
    pairs = np.concatenate([rasters[:40:2, :, 4:24:2], rasters[1:40:2, :, 4:24:2]], axis=2)
    pairs = np.pad(pairs, ((0, 0), (0, 0), (4, 4)))

    digits, others = classifier.scores(rasters[:20]), classifier.scores(pairs)

    assert (digits.shape, digits.dtype) == ((20, NO_DIGIT + 1), np.float32)
    assert np.concatenate([digits, others]).sum(axis=1) == pytest.approx(np.ones(40), abs=1e-5)
    assert np.median(digits[:, NO_DIGIT]) < 0.1
    assert np.median(others[:, NO_DIGIT]) > 0.5


def test_only_rasters_of_which_it_is_unsure_are_looked_at_again() -> None:
    shown = []

    def by_brightness(rasters: NDArray[np.uint8]) -> NDArray[np.float32]:
        shown.append(rasters)
        bright = rasters.max(axis=(1, 2)) / np.float32(255)
        return np.eye(11, dtype=np.float32)[4] * bright[:, np.newaxis]

    levels = np.array([255, 255 * SURE - 10, 255 * SURE + 10, 100])
    rasters = np.tile(levels[:, np.newaxis, np.newaxis], (28, 28)).astype(np.uint8)

    scores = Classifier("fake", by_brightness).scores(rasters)

    first, second = shown
    assert np.array_equal(first, rasters)
    assert np.array_equal(second[: 2 * LOOKS], second_looks(rasters[[1, 3]]))
    assert scores[:, 4] == pytest.approx(rasters[:, 14, 14] / 255, abs=0.01)


def test_what_is_unsure_gets_the_mean_of_all_looks() -> None:
    def unsure(rasters: NDArray[np.uint8]) -> NDArray[np.float32]:
        mass = rasters.sum(axis=(1, 2)) / np.float32(28 * 28 * 255)
        return np.stack([mass, *np.zeros((10, len(mass)))], axis=1).astype(np.float32)

    raster = np.zeros((1, 28, 28), np.uint8)
    raster[0, 8:20, 10:18] = 255

    scores = Classifier("fake", unsure).scores(raster)

    assert scores[0, 0] == pytest.approx(unsure(second_looks(raster))[:, 0].mean())
    assert scores[0, 0] != unsure(raster)[0, 0]


def test_real_digits_are_read(classifier: Classifier, rasters: NDArray[np.uint8]) -> None:
    read = classifier.scores(rasters)[:, :NO_DIGIT].argmax(axis=1)

    assert np.mean(read == load_digits().target) > 0.96


@pytest.mark.parametrize("size", [1, 2, 7, 33, 100, 1024, 1797])
def test_a_raster_reads_the_same_in_any_batch(classifier: Classifier, rasters: NDArray[np.uint8], size: int) -> None:
    alone = np.concatenate([classifier.scores(rasters[n : n + 1]) for n in range(0, size, 1 + size // 20)])

    assert classifier.scores(rasters[:size])[:: 1 + size // 20] == pytest.approx(alone, abs=1e-5)


def test_more_than_fit_in_one_batch_are_all_read_in_order(classifier: Classifier, rasters: NDArray[np.uint8]) -> None:
    twice = classifier.scores(np.concatenate([rasters, rasters]))

    assert len(twice) == 2 * len(rasters)
    assert twice[: len(rasters)] == pytest.approx(twice[len(rasters) :], abs=1e-5)


def test_no_raster_has_no_probabilities(classifier: Classifier) -> None:
    assert classifier.scores(np.zeros((0, 28, 28), np.uint8)).shape == (0, 11)


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


@pytest.mark.parametrize(("side", "classes"), [(28, 10), (28, 12), (32, CLASSES)])
def test_a_model_of_another_form_is_refused_with_both_forms(tmp_path: Path, side: int, classes: int) -> None:
    from keras import Input, Sequential, layers

    path = tmp_path / "other.keras"
    Sequential([Input((side, side), dtype="uint8"), layers.Flatten(), layers.Dense(classes)]).save(path)

    with pytest.raises(ValueError, match=rf"maps .*{side}, {side}.*{classes}.*28, 28.*{CLASSES}.*training\.train"):
        Classifier.load(path)


def test_a_model_with_a_channel_is_of_the_same_form(tmp_path: Path) -> None:
    from keras import Input, Sequential, layers

    path = tmp_path / "planes.keras"
    Sequential([Input((*RASTER, 1), dtype="uint8"), layers.Flatten(), layers.Dense(CLASSES)]).save(path)

    assert Classifier.load(path).scores(np.zeros((2, *RASTER), np.uint8)).shape == (2, CLASSES)
