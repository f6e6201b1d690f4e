"""The model card: where a model comes from and how well it reads, in a JSON file beside it."""

import json
import subprocess
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.datasets import load_digits

from pipeline.mnist import LabelledRasters
from pipeline.recognition.classifier import Classifier
from training.evaluation.evaluation import Evaluation, evaluate
from training.evaluation.labelled import SIDES, labelled_mnist, labelled_pictures, shrunk_mnist
from training.examples.strokes import Canvas, PenDigit, render


def figures(classifier: Classifier, mnist: LabelledRasters, pen: list[PenDigit]) -> dict[str, Any]:
    """How well the model reads what it did not learn from: MNIST, scikit-learn's 8×8 digits, pen strokes.

    MNIST is read as it is and shrunk.
    """
    tiny = load_digits()
    sets = {
        "mnist_test": labelled_mnist(mnist),
        **{f"mnist_test_{side}x{side}": shrunk_mnist(mnist, side) for side in SIDES},
        "scikit_learn_8x8": labelled_pictures((tiny.images * 255 / 16).astype(np.uint8), tiny.target),
    }
    if pen:
        drawn = [render(digit.strokes, Canvas()) for digit in pen]
        sets["pen_strokes_held_out"] = labelled_pictures(drawn, [digit.label for digit in pen])
    return {name: _figures(evaluate(classifier, drawings, f"Reading {name}")) for name, drawings in sets.items()}


def write_card(model: Path, content: dict[str, Any]) -> Path:
    """Write the card beside the model, with the time and the code's version, and return where it is.

    ``figures_code`` is another version than ``code`` where the same model was read with again, by a later reader.
    """
    card = model.with_suffix(".json")
    now, code = datetime.now(timezone.utc).isoformat(timespec="seconds"), _code_version()
    made = {"made_at": now, "code": code, "figures_code": code}
    card.write_text(json.dumps(made | content, indent=2) + "\n")
    return card


def _figures(evaluation: Evaluation) -> dict[str, Any]:
    all_figures = evaluation.figures
    return {name: all_figures[name] for name in ("images", "accuracy", "expected_calibration_error")}


def _code_version() -> str | None:
    command = ["git", "describe", "--always", "--dirty"]
    try:
        described = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return described.stdout.strip()
