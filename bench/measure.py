"""One engine measured once: a backlog, an idle system, lone drawings, a steady rate."""

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass

import numpy as np

from bench.answers import Answers, read_answers
from bench.broker import Broker, Ends
from bench.engine import Engine
from bench.figures import cold_throughput, growth_between, middle, percentiles, throughput
from bench.load import Load, Times, times
from bench.processes import Group, running
from bench.sampler import Sampler, Samples, machine_load
from pipeline.errors import InkstreamError
from pipeline.settings import Settings
from producers.samples import LabelledDrawing

FIRST_ANSWER_SECONDS = 600
"""How long an engine may take to start."""
SILENCE_SECONDS = 30
"""An engine that has answered, and then says nothing for so long, hangs or is done."""
BACKLOG_SECONDS = 1_800
LATE_SECONDS = 30
"""How long to wait for answers at all: a backlog; what was sent at a pace and should be there by now."""
IDLE_SECONDS = 5
POLL_SECONDS = 0.5

Advance = Callable[[str, int, int], None]
"""Told of progress: the phase, how many drawings of how many."""


@dataclass(frozen=True)
class Plan:
    """How much is asked of an engine; without a ``rate`` there is only the backlog."""

    backlog: int
    lone: int = 20
    rate: float = 200
    warm_up_seconds: float = 3
    steady_seconds: float = 30
    partitions: int = 2


@dataclass(frozen=True)
class Measurement:
    """The figures of one engine in one round; None where it did not answer what they would be of.

    Throughputs are in drawings a second; ``latency`` from sending to the broker's time of the result; processor
    seconds are those of the middle 80 % of the backlog, ``batch_size`` the median of its drawings.
    """

    machine_load_before: float
    first_answer_seconds: float
    throughput: float | None
    cold_throughput: float | None
    latency: dict[str, float | None]
    lone_ms: float | None
    cpu_seconds_per_1000: float
    broker_cpu_seconds_per_1000: float
    idle_cpu_share: float
    batch_size: float
    peak_memory_mb: dict[str, int]
    accuracy: float
    unanswered: int
    repeats: int

    def to_dict(self) -> dict[str, object]:
        """For JSON, no number longer than it is sure."""
        return {name: _short(value) for name, value in asdict(self).items()}


def measure(
    engine: Engine, drawings: Sequence[LabelledDrawing], plan: Plan, broker: Broker, advance: Advance
) -> Measurement:
    """Start an engine on a waiting backlog, and end it when all is measured.

    Raises:
        InkstreamError: it died, or never answered.
        KafkaException: the broker does not answer.
    """
    with broker.run(plan.partitions) as here:
        load = Load(here, drawings)
        backlog = min(plan.backlog, engine.most or plan.backlog)
        load.backlog(backlog)
        busy = machine_load()
        started = time.time() * 1000
        commands = engine.commands(here)
        with (
            running(commands, here.environment() | engine.environment, here.state_dir / "logs") as group,
            Sampler(group, broker.group) as sampler,
        ):
            idle = _put_through(here, load, plan, group, advance)
        answers = read_answers(here, load.count, load.label)
    return figures_of(plan, backlog, times(load.sent_at), answers, sampler.samples, busy, started, idle)


def _put_through(here: Settings, load: Load, plan: Plan, group: Group, advance: Advance) -> tuple[float, float]:
    """All phases; returns when the idle one began and ended."""

    def await_all(phase: str, within_seconds: float) -> None:
        await_answers(here, load.count, group, lambda done: advance(phase, done, load.count), within_seconds)

    await_all("backlog", BACKLOG_SECONDS)
    began = time.time() * 1000
    time.sleep(IDLE_SECONDS)
    ended = time.time() * 1000
    load.lone(plan.lone)
    await_all("lone drawings", LATE_SECONDS)
    if plan.rate:
        load.steady(plan.rate, plan.warm_up_seconds + plan.steady_seconds)
        await_all(f"{plan.rate:g} a second", LATE_SECONDS)
    return began, ended


def await_answers(
    here: Settings, wanted: int, group: Group, advance: Callable[[int], None], within_seconds: float
) -> None:
    """Wait until so many answers are there, no more come, or time is up; ``advance`` is told how many there are.

    Raises:
        InkstreamError: a process has died, or there is no answer at all.
    """
    there, start = 0, time.monotonic()
    news = start
    with closing(Ends(here)) as ends:
        while (before := there) < wanted and time.monotonic() - start < within_seconds:
            group.require_life()
            there = ends.count(here.predictions_topic)
            advance(there)
            if there > before:
                news = time.monotonic()
            elif time.monotonic() - news > (SILENCE_SECONDS if there else FIRST_ANSWER_SECONDS):
                break
            time.sleep(POLL_SECONDS)
    if not there:
        raise InkstreamError(f"no answer within {FIRST_ANSWER_SECONDS} s; {group.last_words()}")


def figures_of(
    plan: Plan,
    backlog: int,
    sent_at: Times,
    answers: Answers,
    samples: Samples,
    busy: float,
    started: float,
    idle: tuple[float, float],
) -> Measurement:
    """The figures of a run; ``busy`` is the machine's load before, ``started`` and ``idle`` are epoch milliseconds."""
    arrivals = answers.answered_at[:backlog]
    arrivals = arrivals[np.isfinite(arrivals)]
    start, end, count = middle(arrivals)
    latencies = answers.answered_at - sent_at
    steady = latencies[backlog + plan.lone + round(plan.rate * plan.warm_up_seconds) :]
    lone = latencies[backlog : backlog + plan.lone]
    answered = np.isfinite(answers.answered_at)
    return Measurement(
        machine_load_before=busy,
        first_answer_seconds=(float(arrivals.min()) - started) / 1000,
        throughput=throughput(arrivals),
        cold_throughput=cold_throughput(arrivals),
        latency=percentiles(steady) if len(steady) else {},
        lone_ms=percentiles(lone)["p50_ms"] if len(lone) else None,
        cpu_seconds_per_1000=growth_between(samples.times, samples.engine_cpu, start, end) / count * 1000,
        broker_cpu_seconds_per_1000=growth_between(samples.times, samples.broker_cpu, start, end) / count * 1000,
        idle_cpu_share=growth_between(samples.times, samples.engine_cpu, *idle) / (idle[1] - idle[0]) * 1000,
        batch_size=float(np.median(answers.batch_sizes[:backlog])),
        peak_memory_mb={name: used >> 20 for name, used in samples.peak_memory.items()},
        accuracy=float(answers.right[answered].mean()),
        unanswered=answers.unanswered,
        repeats=answers.repeats,
    )


def _short(value: object) -> object:
    if isinstance(value, dict):
        return {name: _short(inner) for name, inner in value.items()}
    return float(f"{value:.4g}") if isinstance(value, float) else value
