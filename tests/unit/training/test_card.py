import json
from pathlib import Path

from pipeline.mnist import LabelledRasters
from pipeline.recognition.classifier import Classifier
from pipeline.settings import settings
from training.card import figures, write_card


def test_the_card_that_ships_is_that_of_the_model_that_ships() -> None:
    model = settings().model_path
    card = json.loads(model.with_suffix(".json").read_text())

    assert card["version"] == Classifier.load(model).version
    assert card["figures"]["mnist_test"]["accuracy"] >= 0.995
    assert card["speed_relative_to_plain_cnn"] >= 0.8


def test_figures_are_of_what_is_there(digits: LabelledRasters) -> None:
    measured = figures(Classifier.load(settings().model_path), digits, pen=[])

    shrunk = {f"mnist_test_{side}x{side}" for side in (14, 10, 7)}
    assert set(measured) == {"mnist_test", "scikit_learn_8x8", *shrunk}
    assert all(set(of) == {"images", "accuracy", "expected_calibration_error"} for of in measured.values())
    assert measured["scikit_learn_8x8"]["images"] == 1797
    assert measured["scikit_learn_8x8"]["accuracy"] > 0.96


def test_a_card_lies_beside_its_model_and_says_when_and_from_what_it_was_made(tmp_path: Path) -> None:
    card = write_card(tmp_path / "small.keras", {"seed": 3})

    content = json.loads(card.read_text())
    assert card == tmp_path / "small.json"
    assert content["seed"] == 3
    assert "made_at" in content
    assert content["figures_code"] == content["code"]
