import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.mnist import LabelledRasters
from pipeline.settings import settings
from training import train
from training.examples.sources import Sources
from training.train import _parsed, main

Corrections = Callable[..., None]


@pytest.fixture
def command(mnist_folder: Path, tmp_path: Path) -> list[str]:
    return ["--data", str(mnist_folder), "--out", str(tmp_path / "small.keras"), "--lakehouse", "somewhere"]


@pytest.fixture
def corrections(monkeypatch: pytest.MonkeyPatch, digits: LabelledRasters) -> Corrections:
    """Sets how many digits are corrected each time that the lakehouse is asked."""

    def known(*counts: int) -> None:
        answers = [LabelledRasters(digits.rasters[:count], digits.labels[:count]) for count in counts]
        monkeypatch.setattr(train, "corrected_digits", lambda _: answers.pop(0))

    return known


@pytest.fixture
def learnt(monkeypatch: pytest.MonkeyPatch) -> list[Sources]:
    """What each training would learn from; it is cut short before it does."""
    seen: list[Sources] = []
    monkeypatch.setattr(train, "_fit", lambda _, sources, __: seen.append(sources) or sys.exit("cut short"))
    return seen


def test_a_training_that_goes_on_learns_from_the_corrections_that_it_began_with(
    command: list[str], corrections: Corrections, learnt: list[Sources], capsys: pytest.CaptureFixture[str]
) -> None:
    """Else a correction that came meanwhile would make it another training, which begins afresh."""
    corrections(3, 4)

    for _ in range(2):
        with pytest.raises(SystemExit, match="cut short"):
            main(command)

    assert [len(sources.corrected.labels) for sources in learnt] == [3, 3]
    assert learnt[0].digest == learnt[1].digest
    first, again = capsys.readouterr().err.splitlines()
    assert first == "Learning from 3 corrected digits, too."
    assert re.search(r"3 corrected digits, too: those of \d{4}-\d\d-\d\d \d\d:\d\d, kept in .*\.training;", again)


def test_a_training_that_failed_at_once_keeps_no_corrections(
    command: list[str], corrections: Corrections, learnt: list[Sources], tmp_path: Path
) -> None:
    corrections(3)
    with pytest.raises(SystemExit, match="There is no model"):
        main([*command, "--tune", str(tmp_path / "none.keras")])

    corrections(4)
    with pytest.raises(SystemExit, match="cut short"):
        main(command)

    assert [len(sources.corrected.labels) for sources in learnt] == [4]


def test_where_nobody_had_corrected_anything_corrections_are_asked_for_again(
    command: list[str], corrections: Corrections, learnt: list[Sources]
) -> None:
    corrections(0, 3)

    for _ in range(2):
        with pytest.raises(SystemExit, match="cut short"):
            main(command)

    assert [len(sources.corrected.labels) for sources in learnt] == [0, 3]


def test_workers_find_no_corrections_either_where_there_were_none(
    command: list[str], corrections: Corrections, learnt: list[Sources], monkeypatch: pytest.MonkeyPatch
) -> None:
    corrections(0, 3)
    seen = []
    monkeypatch.setattr(train, "run_workers", lambda _, __, options: seen.append(train._sources(options)))

    with pytest.raises(SystemExit, match="cut short"):
        main([*command, "--workers", "2"])

    assert [sources.digest for sources in seen] == [sources.digest for sources in learnt]


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


@pytest.mark.parametrize("out", ["small", "small.h5", ".keras", "."])
def test_what_keras_could_not_save_to_is_refused_before_training(out: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--data", "nowhere", "--out", out])

    assert f"--out must be a file that ends in .keras, not {out}" in capsys.readouterr().err


def test_the_folder_of_the_model_is_made_before_training(
    mnist_folder: Path, tmp_path: Path, learnt: list[Sources]
) -> None:
    folder = tmp_path / "new" / "folder"
    with pytest.raises(SystemExit, match="cut short"):
        main(["--data", str(mnist_folder), "--out", str(folder / "small.keras"), "--checkpoint", str(tmp_path)])

    assert learnt
    assert folder.is_dir()


def test_a_folder_that_cannot_be_made_is_one_sentence_before_training(
    mnist_folder: Path, tmp_path: Path, learnt: list[Sources]
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SystemExit, match=r"training\.train: .*File exists"):
        main(["--data", str(mnist_folder), "--out", str(tmp_path / "file" / "small.keras")])

    assert not learnt
