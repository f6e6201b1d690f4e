"""How cost grows: with parallelism, batch size, the drawings' size, and the lakehouse's.

``python -m bench.growth`` measures the stream alone, warm, from a backlog, one thing changed at a time.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from confluent_kafka import KafkaException

from bench.broker import Broker, broker
from bench.command import add_scratch, ended, print_json, progress, scratch, tell, whole
from bench.drawings import canvases, rasters
from bench.engine import Engine, inkstream
from bench.lakehouse import commit_times
from bench.measure import Measurement, Plan, measure
from pipeline.errors import InkstreamError
from producers.samples import LabelledDrawing

PARALLELISMS = (1, 2, 4)
BATCHES = (64, 256, 1024, 4096)
SIDES = (70, 140, 280, 560, 1120)
BACKLOG, CANVASES = 100_000, 10_000
"""Drawings that wait: rasters, or PNGs, of which the largest cost a hundred times as much."""
ROWS = 10_000_000
DIFFERENT = 300
"""PNGs of a size: large ones take long to draw."""


class Case(NamedTuple):
    """One thing changed: its name and value, the job's options, and what is drawn."""

    name: str
    value: int
    flags: tuple[str, ...] = ()
    partitions: int = 2
    side: int | None = None

    def plan(self, options: argparse.Namespace) -> Plan:
        """A backlog, and nothing after it."""
        return Plan(options.canvases if self.side else options.drawings, lone=0, rate=0, partitions=self.partitions)

    def engine(self) -> Engine:
        """The stream with these options, and as many slots as partitions."""
        return Engine(f"{self.name} {self.value}", inkstream(self.flags, self.partitions))

    def drawings(self) -> list[LabelledDrawing]:
        """What it shall read."""
        return canvases(self.side, DIFFERENT) if self.side else rasters()


def cases() -> Iterator[Case]:
    """All that is tried; what is shipped is among each."""
    for count in PARALLELISMS:
        yield Case("parallelism", count, (f"--parallelism={count}", f"--sdk_worker_parallelism={count}"), count)
    for size in BATCHES:
        yield Case("batch_size", size, (f"--max_batch_size={size}",))
    for side in SIDES:
        yield Case("png_side", side, side=side)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    return ended(grow, _parser().parse_args(arguments))


def grow(options: argparse.Namespace) -> None:
    """Measure case by case; print a JSON object of lists."""
    result: dict[str, list[dict[str, object]]] = {}
    with scratch(options.keep) as folder:
        with broker(folder) as kafka:
            for case in cases():
                if case.name in options.only:
                    outcome = _outcome(case, kafka, case.plan(options))
                    result.setdefault(case.name, []).append({case.name: case.value} | outcome)
        if "lakehouse" in options.only:
            result["lakehouse"] = _lakehouse(folder, options.rows)
    print_json(result)


def _outcome(case: Case, kafka: Broker, plan: Plan) -> dict[str, object]:
    try:
        with progress(f"{case.name} {case.value}") as advance:
            measured = measure(case.engine(), case.drawings(), plan, kafka, advance)
    except (InkstreamError, KafkaException) as error:
        tell(f"{case.name} {case.value}: {error}", "red")
        return {"failed": str(error)}
    tell(f"{case.name} {case.value}: {measured.throughput or 0:,.0f} drawings/s")
    return _short(measured)


def _short(measured: Measurement) -> dict[str, object]:
    whole = measured.to_dict()
    kept = ("throughput", "cpu_seconds_per_1000", "broker_cpu_seconds_per_1000", "accuracy", "unanswered")
    return {name: whole[name] for name in kept} | {"memory_mb": sum(measured.peak_memory_mb.values())}


def _lakehouse(folder: Path, rows: int) -> list[dict[str, object]]:
    found = []
    with progress("lakehouse") as advance:
        for point in commit_times(str(folder / "lakehouse"), rows, lambda done: advance("rows", done, rows)):
            tell(f"lakehouse of {point.rows:,} rows: {point.commit_ms:,.0f} ms a commit, {point.files} files")
            found.append(point._asdict())
    return found


def _parser() -> argparse.ArgumentParser:
    names = ["parallelism", "batch_size", "png_side", "lakehouse"]
    parser = argparse.ArgumentParser("python -m bench.growth", description=__doc__)
    parser.add_argument(
        "--only", nargs="+", choices=names, default=names, help="what shall grow (default: everything, in turn)"
    )
    parser.add_argument(
        "--drawings", type=whole, default=BACKLOG, metavar="N", help="rasters of a backlog (default: %(default)s)"
    )
    parser.add_argument(
        "--canvases", type=whole, default=CANVASES, metavar="N", help="PNGs of a backlog (default: %(default)s)"
    )
    parser.add_argument(
        "--rows", type=whole, default=ROWS, metavar="N", help="the lakehouse's last size (default: %(default)s)"
    )
    add_scratch(parser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
