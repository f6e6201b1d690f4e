"""How well and how fast the model reads: ``python -m training.evaluate --images DIR``, or ``--mnist DIR``.

Each drawing goes from bytes to answer through the functions of the stream, in the same batches. Progress is shown on
standard error; the last line on standard output is one JSON object. Of a wrong request a sentence says what is wrong,
and the exit status is 2.
"""

import argparse
import csv
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from pipeline.mnist import LabelledRasters, read_mnist
from pipeline.recognition.classifier import Classifier
from pipeline.settings import settings
from training.evaluation.evaluation import evaluate
from training.evaluation.labelled import LABELS, SIDES, LabelledDrawing, labelled_folder, labelled_mnist, shrunk_mnist
from training.evaluation.scores import Result
from training.reading import BATCH

COLUMNS = ("file", "label", "number", "confidence", "rejected")
REPORTS = (".html", ".png")
CURVES = (".png", ".svg")


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one JSON object on how the drawings of a folder, or MNIST's test images, were read."""
    options = _parsed(arguments)
    try:
        images = read_mnist(options.mnist, "test") if options.mnist else None
        drawings = labelled_mnist(images) if images else labelled_folder(options.images)
        classifier = Classifier.load(options.model)
        _require_writable(options)
    except (OSError, ValueError) as problem:
        _refuse(problem)
    try:
        evaluation = evaluate(classifier, drawings, f"Reading {_source(options)}", options.batch_size)
        figures = evaluation.figures | {"model": classifier.version}
        if images and options.shrink:
            figures["shrunk"] = {side: _accuracy_at(side, images, classifier) for side in options.shrink}
            if options.curve:
                _write_curve(options.curve, figures["shrunk"] | {len(images.rasters[0]): figures["accuracy"]})
        if options.out:
            _write_predictions(options.out, evaluation.results)
        if options.report:
            _write_report(options, evaluation.results, figures, drawings)
    except OSError as problem:
        _refuse(problem)
    print(json.dumps(figures))


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "python -m training.evaluate", description="How well and how fast the model reads."
    )
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--images", type=Path, metavar="DIR", help=f"folder of images and a {LABELS}: file,label")
    source.add_argument("--mnist", type=Path, metavar="DIR", help="folder of MNIST's idx files")
    parser.add_argument("--model", type=Path, default=settings().model_path, help="the CNN (default: %(default)s)")
    parser.add_argument("--out", type=Path, metavar="FILE", help=f"write what was read as CSV: {','.join(COLUMNS)}")
    parser.add_argument(
        "--report", type=_report, metavar="FILE", help="draw the result and the worst mistakes (.html or .png)"
    )
    parser.add_argument("--batch-size", type=_positive, default=BATCH, help="drawings in one inference (%(default)s)")
    parser.add_argument(
        "--shrink",
        type=_sides,
        nargs="?",
        const=SIDES,
        default=(),
        metavar="N,…",
        help=f"read MNIST's images made smaller, too: pixels a side ({','.join(map(str, SIDES))})",
    )
    parser.add_argument(
        "--curve", type=_curve, metavar="FILE", help="draw accuracy by size, with --shrink (.png or .svg)"
    )
    options = parser.parse_args(arguments)
    if (options.shrink and not options.mnist) or (options.curve and not options.shrink):
        parser.error("--shrink goes with --mnist, and --curve with --shrink")
    return options


def _positive(text: str) -> int:
    if not (text.isdecimal() and int(text)):
        raise argparse.ArgumentTypeError(f"{text} is no number from 1 on")
    return int(text)


def _sides(text: str) -> tuple[int, ...]:
    return tuple(map(_positive, text.split(",")))


def _report(text: str) -> Path:
    return _ending(text, REPORTS)


def _curve(text: str) -> Path:
    return _ending(text, CURVES)


def _ending(text: str, suffixes: Sequence[str]) -> Path:
    if Path(text).suffix not in suffixes:
        raise argparse.ArgumentTypeError(f"{text} ends neither in {' nor in '.join(suffixes)}")
    return Path(text)


def _require_writable(options: argparse.Namespace) -> None:
    """Refuse now what would fail after all the work, and what would overwrite the labels."""
    for path in filter(None, (options.out, options.report, options.curve)):
        if options.images and path.resolve() == (options.images / LABELS).resolve():
            raise ValueError(f"{path} holds the labels: write elsewhere")
        with path.open("a"):
            pass


def _source(options: argparse.Namespace) -> str:
    return f"MNIST at {options.mnist}" if options.mnist else str(options.images)


def _accuracy_at(side: int, images: LabelledRasters, classifier: Classifier) -> float | None:
    small = evaluate(classifier, shrunk_mnist(images, side), f"Reading MNIST at {side}×{side}")
    accuracy: float | None = small.figures["accuracy"]
    return accuracy


def _write_report(
    options: argparse.Namespace, results: Sequence[Result], figures: dict[str, Any], drawings: Sequence[LabelledDrawing]
) -> None:
    from training.evaluation.page import write_page  # here, as Matplotlib takes a second to load
    from training.evaluation.poster import write_poster
    from training.evaluation.report import report_on

    write = {".html": write_page, ".png": write_poster}[options.report.suffix]
    write(options.report, report_on(results, figures, drawings, _source(options)))


def _write_curve(path: Path, accuracies: dict[int, float]) -> None:
    from training.evaluation.charts import LIGHT, figure_of, size_chart  # here, as above

    figure_of(size_chart(accuracies), LIGHT, (6.4, 3.2)).savefig(path, dpi=110)


def _write_predictions(path: Path, results: Sequence[Result]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(COLUMNS)
        for result in results:
            lines.writerow((result.file, result.label, result.number, round(result.confidence, 6), result.code))


def _refuse(problem: Exception) -> NoReturn:
    print(f"training.evaluate: {str(problem).splitlines()[0]}", file=sys.stderr)
    sys.exit(2)


if __name__ == "__main__":
    main()
