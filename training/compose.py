"""Numbers put together from digits that the CNN did not learn from: ``python -m training.compose --out DIR``.

Each is in one hand as far as the data allow: MNIST's test digits, or recorded strokes that training keeps apart. The
folder is as ``training.evaluate --images`` wants it.
"""

import argparse
import csv
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipeline.errors import InkstreamError
from training.evaluation.labelled import HEADER, LABELS
from training.examples.composition import Page, compose
from training.examples.layout import Spacing
from training.examples.sources import add_data_option, divided, read_sources
from training.examples.strokes import PenDigit, Strokes
from training.progress import stderr, tracked

GAPS = 0.05, 0.35
"""Between the boxes of neighbours that do not touch, as shares of their height."""

Digit = tuple[int, Strokes | NDArray[np.uint8]]


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the images and their labels."""
    options = _parsed(arguments)
    try:
        sources = read_sources(options.data)
        mnist = list(zip(sources.mnist_test.labels.tolist(), sources.mnist_test.rasters, strict=True))
        hands = [hand for hand in (mnist, list(map(_as_digit, divided(sources).pen_checked))) if hand]
        options.out.mkdir(parents=True, exist_ok=True)
        with (options.out / LABELS).open("w", encoding="utf-8", newline="") as file:
            lines = csv.writer(file, lineterminator="\n")
            lines.writerow(HEADER)
            for place in tracked(range(options.numbers), f"Writing {options.out}"):
                page = _page(hands[place % len(hands)], options, np.random.default_rng([options.seed, place]))
                Image.fromarray(page.grey).save(options.out / f"{place}.png")
                lines.writerow((f"{place}.png", page.number))
    except (OSError, ValueError, InkstreamError) as problem:
        sys.exit(f"training.compose: {problem}")
    stderr.print(f"Read them with python -m training.evaluate --images {options.out}", soft_wrap=True)


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "python -m training.compose",
        description="Write images of numbers, put together from digits that the CNN did not learn from.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add_data_option(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where images and labels.csv go")
    parser.add_argument("--numbers", type=int, default=500, metavar="N", help="how many")
    parser.add_argument("--longest", type=int, default=10, metavar="N", help="digits; the shortest number has two")
    parser.add_argument("--touching", type=float, default=0.0, metavar="SHARE", help="of neighbours that touch, 0 to 1")
    parser.add_argument("--seed", type=int, default=1, help="of all that is random")
    options = parser.parse_args(arguments)
    if options.numbers < 1 or options.longest < 2 or not 0 <= options.touching <= 1 or options.seed < 0:
        parser.error("--numbers is 1 or more, --longest 2 or more, --touching from 0 to 1, --seed 0 or more")
    return options


def _as_digit(digit: PenDigit) -> Digit:
    return digit.label, digit.strokes


def _page(digits: Sequence[Digit], options: argparse.Namespace, random: np.random.Generator) -> Page:
    count = int(random.integers(2, options.longest + 1))
    chosen = [digits[int(random.integers(len(digits)))] for _ in range(count)]
    return compose(chosen, random, spacing=Spacing(random.uniform(*GAPS), False, options.touching))


if __name__ == "__main__":
    main()
