from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np

from pipeline.mnist import LabelledRasters
from training.examples.example import Examples
from training.examples.keeping import forget_kept, kept, kept_since


def examples(value: int) -> Examples:
    digits = LabelledRasters(np.full((3, 28, 28), value, np.uint8), np.arange(3, dtype=np.uint8))
    return Examples.of(digits, 0.25)


def test_examples_of_one_origin_are_made_once(tmp_path: Path) -> None:
    first = kept(tmp_path, "data, seed 1", Examples, lambda: examples(7))
    second = kept(tmp_path, "data, seed 1", Examples, lambda: examples(8))

    for found in (first, second):
        assert np.array_equal(found.rasters, examples(7).rasters)
        assert np.array_equal(found.labels, examples(7).labels)
        assert found.freedom.tolist() == [0.25] * 3
    assert kept(tmp_path, "data, seed 2", Examples, lambda: examples(8)).rasters.max() == 8


def test_none_are_not_kept(tmp_path: Path) -> None:
    none = Examples(*(column[:0] for column in examples(7)))

    assert kept(tmp_path, "data", Examples, lambda: none).rasters.shape == (0, 28, 28)
    assert kept_since(tmp_path, "data") is None
    assert kept(tmp_path, "data", Examples, lambda: examples(8)).rasters.max() == 8


def test_it_is_known_since_when_they_are_kept(tmp_path: Path) -> None:
    kept(tmp_path, "data", Examples, lambda: examples(7))

    since = kept_since(tmp_path, "data")
    assert since
    assert abs(datetime.now(timezone.utc) - since) < timedelta(minutes=1)
    assert kept_since(tmp_path, "other data") is None


def test_what_was_cut_off_while_it_was_written_is_made_again(tmp_path: Path) -> None:
    kept(tmp_path, "data", Examples, lambda: examples(7))
    (file,) = tmp_path.glob("*.npz")
    file.rename(file.with_suffix(".unfinished")).write_bytes(b"half of it")

    assert kept(tmp_path, "data", Examples, lambda: examples(8)).rasters.max() == 8


def test_what_is_forgotten_goes_and_what_else_is_there_stays(tmp_path: Path) -> None:
    own, shared = tmp_path / "own", tmp_path / "shared"
    for folder in (own, shared):
        kept(folder, "origin", Examples, lambda: examples(7))
    (shared / "checkpoint.npz").write_bytes(b"the chief's")

    for folder in (own, shared):
        forget_kept(folder)

    assert [str(path.relative_to(tmp_path)) for path in sorted(tmp_path.rglob("*"))] == [
        *("shared", "shared/checkpoint.npz")
    ]
