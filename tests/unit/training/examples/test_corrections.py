from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import InkstreamError
from pipeline.forms import Corrected, Reading
from pipeline.lakehouse import corrections, schema
from pipeline.lakehouse.location import corrections_beside
from pipeline.lakehouse.writer import LakehouseWriter
from pipeline.messages import Correction, Digit, Origin, Prediction
from pipeline.mnist import LabelledRasters
from training.examples.corrections import MOST, SHARE, corrected_digits, mixed_in, with_corrected
from training.examples.example import Examples
from training.examples.sources import NONE, Sources

Correct = Callable[..., None]


@pytest.fixture
def uri(tmp_path: Path) -> str:
    """A lakehouse with drawings a, b, c, … of 1, 2, 3, … digits; all pixels of a digit's raster are its place."""
    uri = str(tmp_path / "predictions")
    LakehouseWriter(uri).append("d", 0, 3, [schema.to_arrow([reading(n, "abcd"[n], n + 1) for n in range(4)])])
    return uri


def reading(offset: int, drawing_id: str, digits: int, fill: int = 0) -> Reading:
    ink = np.stack([np.full((28, 28), fill + 10 * digits + place, np.uint8) for place in range(digits)])
    read = [Digit(0, 0.5, [0.1] * 10, (0, 0, 1, 1))] * digits
    place = {"topic": "drawings", "partition": 0, "offset": offset}
    return Reading(Prediction(drawing_id, "0" * digits, 0.5, read, "m", 0, offset, **place), ink)


@pytest.fixture
def correct(uri: str) -> Correct:
    writer = LakehouseWriter(corrections_beside(uri), corrections.SCHEMA)

    def land(*said: tuple[str, str]) -> None:
        rows = [
            Corrected(Correction(drawing_id, number, "", "test", 0), Origin("corrections", 0, offset), offset)
            for offset, (drawing_id, number) in enumerate(said)
        ]
        writer.append("c", 0, len(rows) - 1, [corrections.to_arrow(rows)])

    return land


def labelled(count: int, label: int = 0) -> LabelledRasters:
    rasters = np.stack([np.full((28, 28), number % 256, np.uint8) for number in range(count)])
    return LabelledRasters(rasters, np.full(count, label, np.uint8))


def test_each_digit_has_the_ink_and_the_label_of_its_place(uri: str, correct: Correct) -> None:
    correct(("c", "407"), ("a", "9"))

    digits = corrected_digits(uri)

    assert digits.labels.tolist() == [9, 4, 0, 7]
    assert (digits.rasters.shape, digits.rasters.dtype, digits.labels.dtype) == ((4, 28, 28), np.uint8, np.uint8)
    assert digits.rasters[:, 27, 3].tolist() == [10, 30, 31, 32]


def test_the_last_correction_counts(uri: str, correct: Correct) -> None:
    correct(("a", "1"), ("b", "22"), ("a", "3"))

    assert corrected_digits(uri).labels.tolist() == [3, 2, 2]


def test_what_was_drawn_last_under_an_id_is_what_is_corrected(uri: str, correct: Correct) -> None:
    LakehouseWriter(uri).append("d", 4, 4, [schema.to_arrow([reading(4, "a", 1, fill=100)])])
    correct(("a", "1"))

    assert corrected_digits(uri).rasters[:, 0, 0].tolist() == [110]


def test_those_that_do_not_fit_are_counted_and_named_in_one_line(
    uri: str, correct: Correct, capsys: pytest.CaptureFixture[str]
) -> None:
    correct(("a", "12"), ("b", "34"), ("c", ""), ("never [b]seen[/b]", "1"))

    digits = corrected_digits(uri)

    said = capsys.readouterr().err
    assert digits.labels.tolist() == [3, 4]
    assert said.startswith("3 of 4 corrected drawings left out")
    assert said.endswith("'a', 'c', 'never [b]seen[/b]'\n")
    assert said.count("\n") == 1


def test_no_corrections_are_a_notice(uri: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert corrected_digits(uri).labels.tolist() == []
    assert "Nobody has corrected a drawing" in capsys.readouterr().err


def test_no_lakehouse_is_one_sentence_that_names_the_option(tmp_path: Path) -> None:
    with pytest.raises(InkstreamError, match=r"no lakehouse at .*none.*--lakehouse"):
        corrected_digits(str(tmp_path / "none"))


@pytest.mark.parametrize(
    ("examples", "corrected", "expected"),
    [
        (100_000, 1, MOST),
        (100_000, 10, 10 * MOST),
        (100_000, 1_000, round(SHARE * 100_000)),
        (100_000, 5_000, 5_000),
        (10, 3, 3),
    ],
)
def test_they_matter_and_are_not_learnt_by_heart(examples: int, corrected: int, expected: int) -> None:
    mixed = mixed_in(
        Examples.of(LabelledRasters(np.zeros((examples, 1, 1), np.uint8), np.zeros(examples, np.uint8)), 0.25),
        LabelledRasters(np.zeros((corrected, 1, 1), np.uint8), np.ones(corrected, np.uint8)),
        seed=1,
    )

    assert len(mixed.labels) == len(mixed.rasters) == examples + expected
    assert mixed.labels.sum() == expected
    assert mixed.freedom[mixed.labels == 1].tolist() == [1.0] * expected


def test_each_is_there_equally_often_and_the_seed_says_which_once_more() -> None:
    examples, corrected = Examples.of(labelled(2_000)), labelled(20, label=1)

    first, same, other = (mixed_in(examples, corrected, seed).rasters[2_000:, 0, 0] for seed in (1, 1, 2))

    assert len(first) == 30
    assert set(np.unique(first, return_counts=True)[1].tolist()) == {1, 2}
    assert np.array_equal(first, same)
    assert not np.array_equal(first, other)


def test_without_any_the_examples_are_as_they_were() -> None:
    assert mixed_in(Examples.of(labelled(5)), NONE, seed=1).labels.tolist() == [0] * 5


def test_other_corrections_are_other_data() -> None:
    sources = Sources(digest="ab" * 32)
    digests = {with_corrected(sources, each).digest for each in (NONE, labelled(1), labelled(2), labelled(1, label=1))}

    assert len(digests) == 4
    assert with_corrected(sources, labelled(2)).digest in digests
    assert with_corrected(replace(sources, digest="cd" * 32), NONE).digest not in digests
