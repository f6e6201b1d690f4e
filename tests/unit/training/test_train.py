import gzip
import json
from pathlib import Path

import pytest

from pipeline.recognition.classifier import Classifier
from training.train import main


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras, while it saves
def test_the_command_writes_a_model_and_its_card(mnist_folder: Path, tmp_path: Path) -> None:
    pen, model = tmp_path / "pen.jsonl.gz", tmp_path / "small.keras"
    strokes = [{"label": "1", "strokes": [[[0, 0], [n, 80]]]} for n in range(20)]
    pen.write_bytes(gzip.compress("\n".join(map(json.dumps, strokes)).encode()))

    settings = ["--epochs", "1", "--batch-size", "50", "--seed", "4"]
    main(["--data", str(mnist_folder), "--pen", str(pen), "--out", str(model), *settings])

    card = json.loads(model.with_suffix(".json").read_text())
    assert card["version"] == Classifier.load(model).version
    assert (card["seed"], card["epochs"], card["batch_size"]) == (4, 1, 50)
    assert (card["data"]["mnist"], card["data"]["pen_digits"]) == (200, 18)
    assert card["figures"]["pen_strokes_held_out"]["images"] == 2
    assert card["figures"]["mnist_test"]["images"] == 200
    assert 0 <= card["figures"]["scikit_learn_8x8"]["accuracy"] <= 1
    assert card["speed_relative_to_plain_cnn"] > 0


def test_missing_data_is_one_sentence_that_names_the_option(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"train-images-idx3-ubyte\.gz is missing.*--data") as caught:
        main(["--data", str(tmp_path)])

    assert "\n" not in str(caught.value)
