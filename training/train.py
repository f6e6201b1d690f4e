"""Train the CNN that ships: ``python -m training.train --data ../shared/data/mnist``.

It learns from MNIST and, where there are any, from pen strokes drawn on canvases of many kinds; it is checked on digits
that it did not learn from, and the figures go into a model card beside the model.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.mnist import LabelledRasters, read_mnist
from pipeline.recognition.classifier import Classifier, greetings_muted
from pipeline.settings import settings
from training.card import figures, write_card
from training.examples import PenSplit, split, training_rasters
from training.progress import stderr, tracked
from training.strokes import read_pen_digits

DATA = Path("../shared/data/mnist")
PEN = Path("../shared/data/pendigits/train.jsonl.gz")


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, save and check a CNN as the command line asks."""
    options = _parsed(arguments)
    try:
        mnist, test = read_mnist(options.data, "train"), read_mnist(options.data, "test")
    except (OSError, ValueError) as problem:
        sys.exit(f"training.train: {problem}")
    pen = _pen_digits(options.pen)
    examples = training_rasters(mnist, pen.training, np.random.default_rng(options.seed), tracked)
    speed = _train(examples, options)
    data = {"mnist": len(mnist.labels), "pen_digits": len(pen.training), "rasters": len(examples.labels)}
    fit = {"seed": options.seed, "epochs": options.epochs, "batch_size": options.batch_size}
    classifier = Classifier.load(options.out)
    checks = figures(classifier, test, pen.held_out)
    card = write_card(options.out, {"version": classifier.version, "data": data, **fit, "figures": checks, **speed})
    stderr.print(f"Wrote {options.out} and {card}")


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "python -m training.train",
        description="Train the CNN that reads digits.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument(
        "--data", type=Path, default=DATA, metavar="DIR", help="folder of MNIST's idx files, .gz or not"
    )
    parser.add_argument("--pen", type=Path, default=PEN, metavar="FILE", help="pen strokes, gzipped JSON lines")
    parser.add_argument("--epochs", type=int, default=25, help="times that each raster is learnt from")
    parser.add_argument("--batch-size", type=int, default=256, help="rasters per step")
    parser.add_argument("--seed", type=int, default=1, help="of all that is random")
    parser.add_argument("--out", type=Path, default=settings().model_path, help="the .keras file; its card goes beside")
    return parser.parse_args(arguments)


def _pen_digits(path: Path) -> PenSplit:
    if path.is_file():
        return split(read_pen_digits(path))
    stderr.print(f"No pen strokes at {path}: learning from MNIST alone. Name their file with --pen.")
    return PenSplit([], [])


def _train(examples: LabelledRasters, options: argparse.Namespace) -> dict[str, Any]:
    """Train, save, and return how fast the model is."""
    with greetings_muted():  # imported here, as it takes seconds, which --help and a wrong path need not wait for
        from training.fitting import fitted
        from training.network import plain_network
        from training.portable import save_portably
        from training.throughput import relative_throughput

    model = fitted(examples, options.epochs, options.batch_size, options.seed)
    save_portably(model, options.out)
    per_second, share = relative_throughput(model, plain_network())
    return {"images_per_second": round(per_second), "speed_relative_to_plain_cnn": round(share, 2)}


if __name__ == "__main__":
    main()
