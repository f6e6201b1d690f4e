"""The stream for half an hour at a part of its capacity: is everything as flat at the end as at the start?

``python -m bench.soak --minutes 30 --share 0.6``
"""

import argparse
import sys
import threading
import time
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import numpy as np

from bench.answers import Answers, read_answers
from bench.broker import Ends, broker
from bench.chart import draw_series
from bench.command import add_scratch, ended, print_json, progress, scratch, tell, whole
from bench.drawings import KINDS
from bench.engine import ENGINES, OURS
from bench.figures import slope, throughput
from bench.load import Load, Times, times
from bench.measure import BACKLOG_SECONDS, Advance, await_answers
from bench.processes import Group, running
from bench.vitals import Vitals, vitals_of
from pipeline.settings import REPOSITORY, Settings
from producers.console import positive

CHART = REPOSITORY / "docs" / "images" / "soak.png"
BACKLOG = 100_000
SAMPLES = 180
SETTLED = 0.2
"""The part of the time that it may take to settle: slopes are of the rest."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    return ended(soak, _parser().parse_args(arguments))


def soak(options: argparse.Namespace) -> None:
    """Measure the capacity, replay at a share of it, and print how much each figure grew."""
    drawings = KINDS[options.kind]()
    with scratch(options.keep) as folder, broker(folder) as kafka, kafka.run() as here:
        load = Load(here, drawings)
        load.backlog(options.backlog)
        commands = ENGINES[OURS].commands(here)
        with running(commands, here.environment(), here.state_dir / "logs") as group, progress("soak") as advance:
            capacity = _capacity(here, load, group, advance)
            rate = options.rate or capacity * options.share
            tell(f"Capacity {capacity:,.0f} drawings/s; soaking at {rate:,.0f} a second for {options.minutes:g} min")
            looks = _replay(here, load, group, rate, options.minutes * 60, advance)
        answers = read_answers(here, load.count, load.label)
    series = _series(looks, times(load.sent_at), answers, options.backlog)
    draw_series(series, options.chart)
    tell(f"Drawn in {options.chart}")
    print_json(
        {"minutes": options.minutes, "capacity": round(capacity), "rate": round(rate)}
        | {"unanswered": answers.unanswered, "repeats": answers.repeats}
        | {name: flatness(*points) for name, points in series.items()}
    )


def _capacity(here: Settings, load: Load, group: Group, advance: Advance) -> float:
    """Drawings per second from a backlog."""
    await_answers(here, load.count, group, lambda done: advance("backlog", done, load.count), BACKLOG_SECONDS)
    answers = read_answers(here, load.count, load.label)
    return throughput(answers.answered_at[np.isfinite(answers.answered_at)]) or 0.0


def _replay(here: Settings, load: Load, group: Group, rate: float, seconds: float, advance: Advance) -> list[Vitals]:
    """Send at a steady rate, looking at everything now and then; then wait for the last answers."""
    sender = threading.Thread(target=load.steady, args=(rate, seconds), daemon=True)
    total, start, looks = load.count + round(rate * seconds), time.time(), list[Vitals]()
    sender.start()
    with closing(Ends(here)) as ends:
        while sender.is_alive():
            sender.join(seconds / SAMPLES)
            group.require_life()
            looks.append(vitals_of(here, group, ends, time.time() - start))
            advance("replay", load.count, total)
    await_answers(here, load.count, group, lambda done: advance("last answers", done, load.count), BACKLOG_SECONDS)
    return looks


def _series(looks: list[Vitals], sent_at: Times, answers: Answers, first: int) -> dict[str, tuple[Times, Times]]:
    """Each figure's minutes and values; of latency the median and the 99th percentile of each look's time."""
    minutes = np.array([look.seconds / 60 for look in looks])
    series = {}
    for name in asdict(looks[0]):
        if name != "seconds" and name != "memory_mb":
            series[name] = minutes, np.array([getattr(look, name) for look in looks], float)
    for name in looks[0].memory_mb:
        series[f"memory of {name}, MB"] = minutes, np.array([look.memory_mb[name] for look in looks], float)
    return series | latencies(minutes, sent_at[first:], answers.answered_at[first:])


def latencies(minutes: Times, sent_at: Times, answered_at: Times) -> dict[str, tuple[Times, Times]]:
    """Median and 99th percentile of what was sent between a look and the one before."""
    looks = np.searchsorted(minutes, (sent_at - sent_at[0]) / 60_000)
    latency = answered_at - sent_at
    of_looks = [latency[looks == look] for look in range(len(minutes))]
    seen = np.array([look for look, own in enumerate(of_looks) if own.size])
    return {
        f"latency p{share}, ms": (minutes[seen], np.array([np.percentile(of_looks[look], share) for look in seen]))
        for share in (50, 99)
    }


def flatness(minutes: Times, values: Times) -> dict[str, float]:
    """Mean, slope an hour, and the slope by the mean, once it has settled."""
    settled = (minutes >= SETTLED * minutes[-1]) & np.isfinite(values)
    mean, hourly = float(values[settled].mean()), slope(minutes[settled] / 60, values[settled])
    short = {"mean": mean, "per_hour": hourly, "per_hour_share": hourly / mean if mean else 0.0}
    return {name: float(f"{value:.4g}") for name, value in short.items()}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=positive, default=30, metavar="N", help="how long (default: %(default)g)")
    parser.add_argument("--share", type=positive, default=0.6, help="of the measured capacity (default: %(default)g)")
    parser.add_argument("--rate", type=positive, metavar="PER_SECOND", help="this rate instead")
    parser.add_argument("--kind", choices=KINDS, default="raster", help="of drawings (default: %(default)s)")
    parser.add_argument(
        "--backlog", type=whole, default=BACKLOG, metavar="N", help="to measure the capacity by (default: %(default)s)"
    )
    parser.add_argument("--chart", type=Path, default=CHART, metavar="PNG", help="where to draw it")
    add_scratch(parser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
