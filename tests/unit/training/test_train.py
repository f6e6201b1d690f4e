import sys
from pathlib import Path

import pytest

from pipeline.mnist import LabelledRasters
from pipeline.settings import settings
from training import train
from training.train import _parsed, main

SETTINGS = ["--epochs", "2", "--batch-size", "50", "--seed", "4"]


def test_a_training_that_goes_on_learns_from_the_corrections_that_it_began_with(
    mnist_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, digits: LabelledRasters
) -> None:
    """Else a correction that came meanwhile would make it another training, which begins afresh."""
    known = [LabelledRasters(digits.rasters[:count], digits.labels[:count]) for count in (3, 4)]
    monkeypatch.setattr(train, "corrected_digits", lambda _: known.pop(0))
    seen = []
    monkeypatch.setattr(train, "_fit", lambda _, sources, __: seen.append(sources) or sys.exit("cut short"))

    for _ in range(2):
        with pytest.raises(SystemExit, match="cut short"):
            main(["--data", str(mnist_folder), "--out", str(tmp_path / "small.keras"), "--lakehouse", "somewhere"])

    assert [len(sources.corrected.labels) for sources in seen] == [3, 3]
    assert seen[0].digest == seen[1].digest


def test_without_uri_it_is_the_stacks_own_lakehouse() -> None:
    assert [_parsed(flags).lakehouse for flags in ([], ["--lakehouse"], ["--lakehouse", "x"])] == [
        None,
        settings().lakehouse,
        "x",
    ]


def test_a_lakehouse_that_is_not_there_is_one_sentence(mnist_folder: Path, tmp_path: Path) -> None:
    out = str(tmp_path / "small.keras")
    with pytest.raises(SystemExit, match=r"training.train: no lakehouse at .*/none yet.*--lakehouse") as caught:
        main(["--data", str(mnist_folder), "--out", out, "--lakehouse", str(tmp_path / "none")])

    assert "\n" not in str(caught.value)


def test_missing_data_is_one_sentence_that_names_the_option(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"train-images-idx3-ubyte\.gz .*is missing.*--data") as caught:
        main(["--data", str(tmp_path)])

    assert "\n" not in str(caught.value)


def test_pen_strokes_alone_are_one_sentence(pen_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"training\.train: .*MNIST's images are wanted, too\..*--data") as caught:
        main(["--data", str(pen_folder), "--out", str(tmp_path / "small.keras")])

    assert "\n" not in str(caught.value)


def test_damaged_pen_strokes_are_one_sentence(mnist_folder: Path, pen_folder: Path, tmp_path: Path) -> None:
    file = pen_folder / "train.jsonl.gz"
    file.write_bytes(file.read_bytes()[:-9])
    with pytest.raises(SystemExit, match=r"training\.train: .*train\.jsonl\.gz is no whole file"):
        main(["--data", str(mnist_folder), str(pen_folder), "--out", str(tmp_path / "small.keras")])


def test_a_model_to_tune_that_is_not_there_is_one_sentence(mnist_folder: Path, tmp_path: Path) -> None:
    missing = str(tmp_path / "none.keras")
    with pytest.raises(SystemExit, match=r"training\.train: There is no model at .*none\.keras") as caught:
        main(["--data", str(mnist_folder), "--out", str(tmp_path / "small.keras"), "--tune", missing])

    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("wrong", [["--workers", "0"], ["--epochs", "0"], ["--batch-size", "2", "--workers", "3"]])
def test_impossible_numbers_are_refused(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--data", "nowhere", *wrong])

    assert "--epochs and --workers must be 1 or more" in capsys.readouterr().err
