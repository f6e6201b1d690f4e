import json
from pathlib import Path

import pytest

from pipeline.recognition.classifier import Classifier
from training.examples import mixture
from training.examples.drawings import page
from training.train import main

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


def test_missing_data_is_one_sentence_that_names_the_option(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"train-images-idx3-ubyte\.gz .*is missing.*--data") as caught:
        main(["--data", str(tmp_path)])

    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("wrong", [["--workers", "0"], ["--epochs", "0"], ["--batch-size", "2", "--workers", "3"]])
def test_impossible_numbers_are_refused(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--data", "nowhere", *wrong])

    assert "--epochs and --workers must be 1 or more" in capsys.readouterr().err
