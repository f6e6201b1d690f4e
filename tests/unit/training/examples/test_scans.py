import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.mnist import LabelledRasters
from pipeline.recognition.normalise import bounds_if_normalised
from training.examples import scans
from training.examples.scans import scanned, shrunk

Raster = NDArray[np.uint8]


def likeness(one: Raster, other: Raster) -> float:
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


def proportion(raster: Raster) -> float:
    """Width by height."""
    rows, columns = np.flatnonzero(raster.max(axis=1) > 60), np.flatnonzero(raster.max(axis=0) > 60)
    return (np.ptp(columns) + 1) / (np.ptp(rows) + 1)


@pytest.mark.parametrize("change", [shrunk, scanned])
def test_a_digit_comes_out_as_the_cnn_gets_it(change: object, digits: LabelledRasters) -> None:
    assert callable(change)
    random = np.random.default_rng(0)

    changed = [change(raster, random) for raster in digits.rasters]

    assert {raster.shape for raster in changed} == {(28, 28)}
    assert {raster.dtype for raster in changed} == {np.dtype(np.uint8)}
    assert min(raster.max() for raster in changed) >= 254
    assert np.mean([bounds_if_normalised(raster[np.newaxis])[0] is not None for raster in changed]) > 0.9


@pytest.mark.parametrize("change", [shrunk, scanned])
def test_no_two_changes_are_alike_and_the_same_seed_gives_the_same(change: object, digits: LabelledRasters) -> None:
    assert callable(change)
    random, again = np.random.default_rng(1), np.random.default_rng(1)

    changed = [change(digits.rasters[3], random).tobytes() for _ in range(30)]

    assert len(set(changed)) > 20
    assert changed == [change(digits.rasters[3], again).tobytes() for _ in range(30)]


def test_a_shrunk_digit_is_still_itself_the_more_so_the_less_it_was_shrunk(
    digits: LabelledRasters, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = np.random.default_rng(2)
    medians = []
    for change in ("SLANT", "STRETCH", "SHIFT"):
        monkeypatch.setattr(scans, change, 0)
    for side in (7, 9, 12):
        monkeypatch.setattr(scans, "FEWEST", side)
        monkeypatch.setattr(scans, "MOST", side)
        medians.append(np.median([likeness(shrunk(raster, random), raster) for raster in digits.rasters[:80]]))

    assert medians == sorted(medians)
    assert medians[0] > 0.75
    assert medians[-1] > 0.92


def test_some_scans_are_stretched_and_some_are_not(digits: LabelledRasters) -> None:
    raster = next(raster for raster in digits.rasters if proportion(raster) < 0.5)
    random = np.random.default_rng(3)

    proportions = np.array([proportion(scanned(raster, random)) for _ in range(60)])

    assert 0.15 < np.mean(proportions > 0.85) < 0.7
    assert 0.15 < np.mean(proportions < 1.25 * proportion(raster)) < 0.7


def test_some_scans_are_black_and_white(digits: LabelledRasters) -> None:
    random = np.random.default_rng(4)

    grey = [np.mean((one > 40) & (one < 215)) for one in (scanned(raster, random) for raster in digits.rasters)]

    assert max(grey) > 2 * min(grey)


def test_a_hair_line_survives() -> None:
    hair = np.zeros((28, 28), np.uint8)
    hair[4:24, 14] = 255
    random = np.random.default_rng(5)

    for _ in range(100):
        assert min(shrunk(hair, random).max(), scanned(hair, random).max()) > 250
