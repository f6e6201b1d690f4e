"""The whole command, which takes minutes: it loads TensorFlow, learns, measures and draws."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from pipeline.mnist import LabelledRasters
from pipeline.recognition.classifier import Classifier, version_of
from pipeline.settings import settings
from training import train
from training.examples import mixture
from training.examples.corrections import mixed_in, with_corrected
from training.examples.drawings import page
from training.examples.example import Examples
from training.examples.mixture import Drawn
from training.examples.sources import read_sources
from training.train import main

SETTINGS = ["--epochs", "2", "--batch-size", "50", "--seed", "4"]


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras, while it saves
def test_the_command_writes_a_model_its_card_and_pictures(
    mnist_folder: Path, pen_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mixture, "DRAWINGS", {page: Drawn(0.5)})
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
def test_a_model_is_tuned_from_where_it_is_even_over_its_own_file(
    mnist_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, digits: LabelledRasters
) -> None:
    monkeypatch.setattr(mixture, "DRAWINGS", {page: Drawn(0.5)})
    model = tmp_path / "digits.keras"
    shutil.copy(settings().model_path, model)
    before = version_of(model)

    main(["--data", str(mnist_folder), "--out", str(model), "--tune", str(model), *SETTINGS])

    card = json.loads(model.with_suffix(".json").read_text())
    assert card["tuned_from"] == before != card["version"] == version_of(model)
    assert card["figures"]["mnist_test"]["accuracy"] > 0.9  # from nothing, two epochs of 200 digits teach little


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras, while it saves
def test_corrected_drawings_are_learnt_from_and_the_card_names_how_many(
    mnist_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, digits: LabelledRasters
) -> None:
    monkeypatch.setattr(mixture, "DRAWINGS", {page: Drawn(0.5)})
    corrected, learnt = LabelledRasters(digits.rasters[:3], digits.labels[:3]), []

    def note(examples: Examples, *arguments: Any) -> Examples:
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
