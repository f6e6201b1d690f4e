import json
import sys
from pathlib import Path
from typing import Any

import pytest

from pipeline.mnist import LabelledRasters
from pipeline.recognition.classifier import Classifier
from pipeline.settings import settings
from training import train
from training.examples import mixture
from training.examples.corrections import mixed_in, with_corrected
from training.examples.drawings import page
from training.examples.sources import read_sources
from training.train import _parsed, main

SETTINGS = ["--epochs", "2", "--batch-size", "50", "--seed", "4"]


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras, while it saves
def test_the_command_writes_a_model_its_card_and_pictures(
    mnist_folder: Path, pen_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mixture, "DRAWINGS", {page: 0.5})
    model = tmp_path / "out" / "small.keras"
    model.parent.mkdir()

    main(["--data", str(mnist_folder), str(pen_folder), "--out", str(model), *SETTINGS])

    names = {file.name for file in model.parent.iterdir()}
    assert names == {"small.keras", "small.json", "small-curves.png", "small-confusion.png"}
    card = json.loads(model.with_suffix(".json").read_text())
    assert card["version"] == Classifier.load(model).version
    assert (card["seed"], card["epochs"], card["batch_size"], card["workers"]) == (4, 2, 50, 1)
    assert (card["data"]["mnist"], card["data"]["pen_digits"]) == (200, 20)
    assert card["figures"]["pen_strokes_held_out"]["images"] == 2
    assert card["figures"]["mnist_test"]["images"] == 200
    assert card["speed_relative_to_plain_cnn"] > 0


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras, while it saves
def test_corrected_drawings_are_learnt_from_and_the_card_names_how_many(
    mnist_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, digits: LabelledRasters
) -> None:
    monkeypatch.setattr(mixture, "DRAWINGS", {page: 0.5})
    corrected, learnt = LabelledRasters(digits.rasters[:3], digits.labels[:3]), []

    def note(examples: LabelledRasters, *arguments: Any) -> LabelledRasters:
        learnt.append(arguments)
        return mixed_in(examples, *arguments)

    asked = []
    monkeypatch.setattr(train, "corrected_digits", lambda uri: asked.append(uri) or corrected)
    monkeypatch.setattr(train, "mixed_in", note)
    model = tmp_path / "small.keras"

    main(["--data", str(mnist_folder), "--out", str(model), *SETTINGS, "--lakehouse", "somewhere"])

    (arguments,) = learnt
    assert (asked, arguments[0].labels.tolist(), arguments[1]) == (["somewhere"], digits.labels[:3].tolist(), 4)
    card = json.loads(model.with_suffix(".json").read_text())["data"]
    assert (card["mnist"], card["corrected_digits"]) == (200, 3)
    assert card["sha256"] == with_corrected(read_sources([mnist_folder]), corrected).digest


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


@pytest.mark.parametrize("wrong", [["--workers", "0"], ["--epochs", "0"], ["--batch-size", "2", "--workers", "3"]])
def test_impossible_numbers_are_refused(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--data", "nowhere", *wrong])

    assert "--epochs and --workers must be 1 or more" in capsys.readouterr().err
