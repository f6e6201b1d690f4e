"""Every engine side by side: the same drawings, the same CNN, the same output, on this machine, in one run.

``python -m bench`` takes 40 minutes; ``python -m bench --quick`` some minutes, and its figures mean little.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from confluent_kafka import KafkaException

from bench.broker import Broker, broker
from bench.chart import draw
from bench.command import add_scratch, ended, print_json, progress, scratch, tell, whole
from bench.drawings import KINDS
from bench.engine import ENGINES
from bench.measure import Measurement, Plan, measure
from bench.report import Report
from pipeline.errors import InkstreamError
from pipeline.settings import REPOSITORY
from producers.samples import LabelledDrawing

RESULTS = REPOSITORY / "bench" / "results"
CHARTS = REPOSITORY / "docs" / "images"
DRAWINGS, ROUNDS = 400_000, 3
QUICK_DRAWINGS, QUICK_ROUNDS = 4_000, 1


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    return ended(bench, _parser().parse_args(arguments))


def bench(options: argparse.Namespace) -> None:
    """Measure the engines in turn, round by round, so that a machine's moods hit all; print and keep the figures."""
    drawings = KINDS[options.kind]()
    rounds = options.rounds or (QUICK_ROUNDS if options.quick else ROUNDS)
    plan = Plan(options.drawings or DRAWINGS)
    if options.quick:
        plan = Plan(options.drawings or QUICK_DRAWINGS, lone=5, steady_seconds=5)
    report = Report(options.kind, plan.backlog)
    with scratch(options.keep) as folder, broker(folder) as kafka:
        for number in range(1, rounds + 1):
            for name in options.engines:
                report.enter(name, _measured(name, f"round {number} of {rounds}", drawings, plan, kafka))
    _publish(report, options)


def _measured(
    name: str, where: str, drawings: Sequence[LabelledDrawing], plan: Plan, kafka: Broker
) -> Measurement | str:
    """The engine's figures, or why there are none: an engine that dies or hangs ends no bench."""
    try:
        with progress(f"{where}, {name}") as advance:
            measured = measure(ENGINES[name], drawings, plan, kafka, advance)
    except (InkstreamError, KafkaException) as error:
        tell(f"{where}, {name}: {error}", "red")
        return str(error)
    tell(
        f"{where}, {name}: {measured.throughput or 0:,.0f} drawings/s, at {plan.rate:g}/s p50 "
        f"{measured.latency['p50_ms'] or float('inf'):,.0f} ms, lone {measured.lone_ms or float('inf'):,.0f} ms"
    )
    return measured


def _publish(report: Report, options: argparse.Namespace) -> None:
    if not options.quick:
        options.results.mkdir(parents=True, exist_ok=True)
        file = options.results / f"{report.taken_at[:10]}-{report.kind}.json"
        file.write_bytes(report.to_json())
        draw(report, CHARTS / f"bench-{report.kind}.png")
        tell(f"Kept in {file}")
    print(report.to_markdown(), end="\n\n")
    print_json(report.summary())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m bench", description=__doc__)
    parser.add_argument("--drawings", type=whole, metavar="N", help=f"the waiting backlog (default: {DRAWINGS:,})")
    parser.add_argument("--rounds", type=whole, metavar="N", help=f"how often each is measured (default: {ROUNDS})")
    parser.add_argument(
        "--kind", choices=KINDS, default="raster", help="784-byte MNIST rasters, or PNGs of a 280×280 canvas"
    )
    parser.add_argument(
        "--engines", type=_engines, default=list(ENGINES), metavar="A,B,…", help=f"of {', '.join(ENGINES)} (all)"
    )
    parser.add_argument("--quick", action="store_true", help="try whether it works: small, and nothing is kept")
    parser.add_argument("--results", type=Path, default=RESULTS, metavar="DIR", help="where to keep the figures")
    add_scratch(parser)
    return parser


def _engines(text: str) -> list[str]:
    names = text.split(",")
    if unknown := set(names) - ENGINES.keys():
        raise argparse.ArgumentTypeError(f"no engine {', '.join(sorted(unknown))}: there are {', '.join(ENGINES)}")
    return names


if __name__ == "__main__":
    sys.exit(main())
