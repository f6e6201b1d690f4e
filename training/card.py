"""The model card: where a model comes from and how well it reads, in a JSON file beside it."""

import io
import json
import subprocess
from collections.abc import Iterable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image
from sklearn.datasets import load_digits

from pipeline.mnist import LabelledRasters
from pipeline.recognition.classifier import Classifier
from training.evaluate import Evaluation, evaluate
from training.strokes import Canvas, PenDigit, render

Grey = NDArray[np.uint8]


def figures(classifier: Classifier, mnist: LabelledRasters, pen: list[PenDigit]) -> dict[str, Any]:
    """How well the model reads what it did not learn from: MNIST, scikit-learn's 8×8 digits, pen strokes."""
    tiny = load_digits()
    sets: dict[str, tuple[Iterable[Grey], ArrayLike]] = {
        "mnist_test": (mnist.rasters, mnist.labels),
        "scikit_learn_8x8": ((tiny.images * 255 / 16).astype(np.uint8), tiny.target),
    }
    if pen:
        drawn = [render(digit.strokes, Canvas()) for digit in pen]
        sets["pen_strokes_held_out"] = (drawn, [digit.label for digit in pen])
    return {
        name: _figures(evaluate(classifier, [_png(image) for image in images], labels, f"Reading {name}"))
        for name, (images, labels) in sets.items()
    }


def write_card(model: Path, content: dict[str, Any]) -> Path:
    """Write the card beside the model, with the time and the code's version, and return where it is."""
    card = model.with_suffix(".json")
    made = {"made_at": datetime.now(timezone.utc).isoformat(timespec="seconds"), "code": _code_version()}
    card.write_text(json.dumps(made | content, indent=2) + "\n")
    return card


def _figures(evaluation: Evaluation) -> dict[str, Any]:
    return {"images": evaluation.images, "accuracy": round(evaluation.accuracy, 4)}


def _png(image: Grey) -> bytes:
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG", compress_level=1)
    return file.getvalue()


def _code_version() -> str | None:
    command = ["git", "describe", "--always", "--dirty"]
    try:
        described = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return described.stdout.strip()
