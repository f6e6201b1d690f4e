import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from training.learning.augmentation import augmented


@pytest.fixture
def bars() -> NDArray[np.uint8]:
    rasters = np.zeros((200, 28, 28), np.uint8)
    rasters[:, 5:23, 12:16] = 255
    return rasters


def test_digits_change_a_little_and_each_its_own_way(bars: NDArray[np.uint8]) -> None:
    keras.utils.set_random_seed(1)

    changed = augmented(bars).numpy()

    assert (changed.shape, changed.dtype) == (bars.shape, np.float32)
    assert 0 <= changed.min() <= changed.max() <= 255
    likeness = [np.corrcoef(before.ravel(), after.ravel())[0, 1] for before, after in zip(bars, changed, strict=True)]
    assert 0.6 < np.mean(likeness) < 0.95
    assert min(likeness) > 0.2
    assert changed.std(axis=0).max() > 50


def test_strokes_become_thicker_and_thinner(bars: NDArray[np.uint8]) -> None:
    keras.utils.set_random_seed(1)

    ink = augmented(bars).numpy().sum(axis=(1, 2)) / bars[0].sum()

    assert ink.min() < 0.85
    assert ink.max() > 1.2
    assert 0.95 < ink.mean() < 1.3


def test_the_seed_decides(bars: NDArray[np.uint8]) -> None:
    keras.utils.set_random_seed(3)
    first = augmented(bars).numpy()
    keras.utils.set_random_seed(3)
    again = augmented(bars).numpy()

    assert np.array_equal(first, again)
    assert not np.array_equal(first, augmented(bars).numpy())


def test_no_ink_comes_from_beyond_the_edge() -> None:
    framed = np.zeros((50, 28, 28), np.uint8)

    assert augmented(framed).numpy().max() == 0
