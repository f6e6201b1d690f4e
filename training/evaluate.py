"""How well and how fast the model reads: ``python -m training.evaluate --mnist ../shared/data/mnist``.

Each drawing goes from bytes to answer through the same functions as in the stream.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipeline.mnist import read_mnist
from pipeline.recognition.classifier import Classifier
from pipeline.recognition.digits import find_digits
from pipeline.recognition.images import decode
from pipeline.settings import settings
from training.progress import tracked

BATCH = 512


@dataclass(frozen=True)
class Evaluation:
    """What part of so many drawings was read rightly, and how long it took."""

    images: int
    accuracy: float
    seconds: float


def evaluate(classifier: Classifier, drawings: Sequence[bytes], labels: ArrayLike, title: str) -> Evaluation:
    """Read drawings, each an image file or a raw raster of one digit, and compare the answers with ``labels``."""
    started = time.perf_counter()
    starts = range(0, len(drawings), BATCH)
    answers = [_read(classifier, drawings[start : start + BATCH]) for start in tracked(starts, title)]
    accuracy = float(np.mean(np.concatenate(answers) == np.asarray(labels)))
    return Evaluation(len(drawings), accuracy, round(time.perf_counter() - started, 3))


def _read(classifier: Classifier, drawings: Sequence[bytes]) -> NDArray[np.intp]:
    rasters = np.concatenate([find_digits(decode(drawing))[0] for drawing in drawings])
    return np.asarray(classifier.probabilities(rasters).argmax(axis=1))


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one JSON object: how many of MNIST's test images were read, how many of them rightly, in what time."""
    parser = argparse.ArgumentParser("python -m training.evaluate", description=__doc__.splitlines()[0])
    parser.add_argument("--mnist", type=Path, required=True, metavar="DIR", help="folder of MNIST's idx files")
    parser.add_argument("--model", type=Path, default=settings().model_path, help="the CNN (default: %(default)s)")
    options = parser.parse_args(arguments)
    try:
        images = read_mnist(options.mnist, "test")
        classifier = Classifier.load(options.model)
    except (OSError, ValueError) as problem:
        sys.exit(f"training.evaluate: {problem}")
    drawings = [raster.tobytes() for raster in images.rasters]
    print(json.dumps(asdict(evaluate(classifier, drawings, images.labels, "Reading MNIST's test images"))))


if __name__ == "__main__":
    main()
