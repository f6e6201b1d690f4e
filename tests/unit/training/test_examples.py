from collections.abc import Iterator, Sequence
from typing import TypeVar

import numpy as np
import pytest
from sklearn.datasets import load_digits

from pipeline.mnist import LabelledRasters
from pipeline.recognition.digits import find_digits
from training.examples import RENDERINGS, split, training_rasters
from training.strokes import PenDigit

Item = TypeVar("Item")


def unseen(items: Sequence[Item], title: str) -> Iterator[Item]:
    assert title
    return iter(items)


@pytest.fixture(scope="module")
def mnist_like() -> LabelledRasters:
    digits = load_digits()
    rasters = np.concatenate([find_digits((image * 15).astype(np.uint8))[0] for image in digits.images[:60]])
    return LabelledRasters(rasters, digits.target[:60].astype(np.uint8))


@pytest.fixture(scope="module")
def pen() -> list[PenDigit]:
    return [PenDigit(1, [np.array([[0.0, 0.0], [5.0, 80.0]])]), PenDigit(7, [np.array([[0.0, 0], [60, 0], [20, 90]])])]


def test_the_last_tenth_is_held_out() -> None:
    digits = [PenDigit(n % 10, []) for n in range(50)]

    parts = split(digits)

    assert parts.training == digits[:45]
    assert parts.held_out == digits[45:]


def test_mnist_is_learnt_as_it_is_and_the_rest_as_the_stream_sees_it(
    mnist_like: LabelledRasters, pen: list[PenDigit]
) -> None:
    rasters, labels = training_rasters(mnist_like, pen, np.random.default_rng(1), unseen)

    assert np.array_equal(rasters[:60], mnist_like.rasters)
    assert len(rasters) == len(labels)
    assert labels[-2 * RENDERINGS :].tolist() == [1, 7] * RENDERINGS
    assert 60 + 2 * RENDERINGS < len(rasters) < 60 + 2 * RENDERINGS + 30
    for raster in rasters[60:]:
        assert np.array_equal(find_digits(raster)[0][0], raster)


def test_no_rendering_is_like_another(mnist_like: LabelledRasters, pen: list[PenDigit]) -> None:
    rasters, _ = training_rasters(mnist_like, pen, np.random.default_rng(1), unseen)

    drawn = rasters[-2 * RENDERINGS :: 2]
    assert len({raster.tobytes() for raster in drawn}) == len(drawn)


def test_without_pen_strokes_it_learns_from_mnist_alone(mnist_like: LabelledRasters) -> None:
    rasters, labels = training_rasters(mnist_like, [], np.random.default_rng(1), unseen)

    assert len(rasters) == len(labels) >= 60
