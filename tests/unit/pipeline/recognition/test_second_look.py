import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.recognition.second_look import LOOKS, second_looks

ROWS, COLUMNS = np.indices((28, 28)) - 13.5


def disc(radius: float = 7) -> NDArray[np.uint8]:
    """A soft disc in the very middle."""
    return (255 * np.clip(radius + 0.5 - np.hypot(ROWS, COLUMNS), 0, 1)).astype(np.uint8)


def bar() -> NDArray[np.uint8]:
    return np.where((abs(COLUMNS) < 1.6) & (abs(ROWS) < 10), 255, 0).astype(np.uint8)


def lean(raster: NDArray[np.uint8]) -> float:
    """By how many columns the ink moves to the right for each row down."""
    weights = raster / raster.sum()
    rows, columns = ROWS - (weights * ROWS).sum(), COLUMNS - (weights * COLUMNS).sum()
    return float((weights * rows * columns).sum() / (weights * rows**2).sum())


def test_each_raster_is_looked_at_in_so_many_ways_that_follow_each_other() -> None:
    rasters = np.stack([disc(), bar(), np.zeros((28, 28), np.uint8)])

    looks = second_looks(rasters)

    assert (looks.shape, looks.dtype) == ((3 * LOOKS, 28, 28), np.uint8)
    for place in range(3):
        assert np.array_equal(looks[place * LOOKS : (place + 1) * LOOKS], second_looks(rasters[place : place + 1]))
    assert not looks[2 * LOOKS :].any()


def test_no_two_looks_are_alike() -> None:
    assert len({look.tobytes() for look in second_looks(bar()[np.newaxis])}) == LOOKS


def test_a_disc_stays_a_disc_but_for_its_size() -> None:
    sizes = [look.sum() / disc().sum() for look in second_looks(disc()[np.newaxis])]

    assert min(sizes) == pytest.approx(1, abs=0.03)
    assert max(sizes) == pytest.approx(1.1**2, abs=0.03)
    assert np.mean(sizes) == pytest.approx((1 + 1.1**2) / 2, abs=0.02)


def test_one_look_is_at_the_raster_as_it_is() -> None:
    for raster in (disc(), bar()):
        assert any(np.array_equal(look, raster) for look in second_looks(raster[np.newaxis]))


def test_the_middle_stays_where_it_is() -> None:
    for look in second_looks(disc()[np.newaxis]):
        weights = look / look.sum()
        assert [(weights * ROWS).sum(), (weights * COLUMNS).sum()] == pytest.approx([0, 0], abs=0.05)


def test_ink_is_neither_wrapped_around_nor_made_fuller() -> None:
    frame = np.zeros((28, 28), np.uint8)
    frame[:, 0] = 200

    looks = second_looks(frame[np.newaxis])

    assert not looks[:, :, 14:].any()
    assert looks.max() <= 200
    assert second_looks(np.full((1, 28, 28), 255, np.uint8))[:, 14, 14].tolist() == [255] * LOOKS


def test_digits_lean_to_either_side_and_by_little() -> None:
    leans = np.array([lean(look) for look in second_looks(bar()[np.newaxis])])

    assert leans.mean() == pytest.approx(0, abs=0.03)
    assert abs(leans).max() < 0.3
    assert min((leans < -0.02).sum(), (leans > 0.02).sum()) == LOOKS // 3
