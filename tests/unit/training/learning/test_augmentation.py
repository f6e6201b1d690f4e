import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from training.learning.augmentation import augmented

FREE = np.ones(200, np.float32)


@pytest.fixture
def bars() -> NDArray[np.uint8]:
    rasters = np.zeros((200, 28, 28), np.uint8)
    rasters[:, 5:23, 12:16] = 255
    return rasters


def test_digits_change_a_little_and_each_its_own_way(bars: NDArray[np.uint8]) -> None:
    keras.utils.set_random_seed(1)

    changed = augmented(bars, FREE).numpy()

    assert (changed.shape, changed.dtype) == (bars.shape, np.float32)
    assert 0 <= changed.min() <= changed.max() <= 255
    likeness = [np.corrcoef(before.ravel(), after.ravel())[0, 1] for before, after in zip(bars, changed, strict=True)]
    assert 0.6 < np.mean(likeness) < 0.95
    assert min(likeness) > 0.2
    assert changed.std(axis=0).max() > 50


def test_strokes_become_thicker_and_thinner(bars: NDArray[np.uint8]) -> None:
    keras.utils.set_random_seed(1)

    ink = augmented(bars, FREE).numpy().sum(axis=(1, 2)) / bars[0].sum()

    assert ink.min() < 0.85
    assert ink.max() > 1.2
    assert 0.95 < ink.mean() < 1.3


def test_the_seed_decides(bars: NDArray[np.uint8]) -> None:
    keras.utils.set_random_seed(3)
    first = augmented(bars, FREE).numpy()
    keras.utils.set_random_seed(3)
    again = augmented(bars, FREE).numpy()

    assert np.array_equal(first, again)
    assert not np.array_equal(first, augmented(bars, FREE).numpy())


def test_no_ink_comes_from_beyond_the_edge() -> None:
    framed = np.zeros((50, 28, 28), np.uint8)

    assert augmented(framed, FREE[:50]).numpy().max() == 0


def test_what_is_not_free_stays_as_it_is_and_what_is_little_changes_little(bars: NDArray[np.uint8]) -> None:
    keras.utils.set_random_seed(1)
    freedom = np.repeat(np.array([0, 0.3, 1], np.float32), [20, 90, 90])

    changes = np.abs(augmented(bars, freedom).numpy() - bars).mean(axis=(1, 2))

    assert changes[:20].max() < 1e-3
    assert 0 < changes[20:110].mean() < 0.6 * changes[110:].mean()


def test_one_in_four_stays_as_it_is(bars: NDArray[np.uint8]) -> None:
    keras.utils.set_random_seed(1)

    changed = augmented(bars, FREE).numpy()

    unchanged = np.isclose(changed, bars, atol=1e-3).all(axis=(1, 2))
    assert 0.15 < unchanged.mean() < 0.35
