"""Replay labelled drawings as load, as fast as it goes or at a steady rate, and measure what comes back.

python -m producers.replay --count 50000 --rate 2000 --report
"""

import argparse
import sys
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from pipeline.mnist import DatasetError, read_mnist
from pipeline.settings import REPOSITORY, settings
from producers.answers import AnswerReader
from producers.console import FAILED, CommandError, ended, positive, progress_bars, whole
from producers.ledger import Ledger
from producers.report import Report
from producers.samples import LabelledDrawing, sample_drawings
from producers.schedule import Schedule
from producers.sender import DrawingSender
from producers.traffic import collect, send

MNIST = REPOSITORY.parent / "shared" / "data" / "mnist"
SAMPLES = 1_797
"""All that scikit-learn has."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    options = _parser().parse_args(arguments)
    return ended(lambda: replay(options))


def replay(options: argparse.Namespace) -> int:
    """Send, perhaps await the answers, and print the figures; the exit status tells whether all were answered."""
    drawings = _drawings(options.data, options.count)
    ledger = Ledger(options.count, [drawing.number for drawing in drawings])
    values = [drawing.value for drawing in drawings]
    with ExitStack() as stack:
        reader = stack.enter_context(AnswerReader(settings())) if options.report else None
        sender = stack.enter_context(DrawingSender(settings(), source="replay"))
        bars = stack.enter_context(progress_bars())
        rows = bars.track(range(options.count), description="Sent")
        seconds = send(sender, values, ledger, Schedule(options.rate), rows)
        if reader:
            _collect(reader, ledger, options.timeout, bars)
    if not options.report:
        print(f"sent {options.count:,} drawings in {seconds:.1f} s, {options.count / seconds:,.0f} a second")
        return 0
    return _print(Report.of(ledger, seconds), options.json)


def _drawings(data: Path | None, count: int) -> list[LabelledDrawing]:
    """No more than ``count``: what is sent when there are fewer than that starts again."""
    if data is None and not MNIST.is_dir():
        return list(sample_drawings(min(count, SAMPLES)))
    try:
        digits = read_mnist(data or MNIST, "test")
    except DatasetError as error:
        raise CommandError(str(error)) from error
    labelled = islice(zip(digits.rasters, digits.labels, strict=True), count)
    return [LabelledDrawing(raster.tobytes(), str(label)) for raster, label in labelled]


def _collect(reader: AnswerReader, ledger: Ledger, timeout_seconds: float, bars: Progress) -> None:
    bar = bars.add_task("Answered", total=len(ledger))
    collect(reader, ledger, timeout_seconds, lambda count: bars.advance(bar, count))


def _print(report: Report, as_json: bool) -> int:
    if as_json:
        print(report.to_json())
    else:
        Console().print(report.to_table())
    return FAILED if report.unanswered else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m producers.replay",
        description="Replay labelled drawings as load, and measure what comes back.",
        epilog="With --report the exit status is 1 when a drawing was not answered.",
    )
    parser.add_argument("--count", type=whole, required=True, metavar="N", help="how many drawings to send")
    parser.add_argument(
        "--rate",
        type=positive,
        metavar="PER_SECOND",
        help="send at this steady rate, whether the stream keeps up or not (default: as fast as it goes)",
    )
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="folder of MNIST's idx files, of which the test images are sent, again and again "
        "(default: ../shared/data/mnist where there is one, else scikit-learn's digits)",
    )
    parser.add_argument("--report", action="store_true", help="await the answers; print throughput, latency, accuracy")
    parser.add_argument(
        "--timeout",
        type=positive,
        default=60.0,
        metavar="SECONDS",
        help="with --report, give up when no answer has come for so long (default: %(default)g)",
    )
    parser.add_argument("--json", action="store_true", help="print the report as a JSON object (default: a table)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
