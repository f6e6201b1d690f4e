"""The figures of a run whose times are known."""

import numpy as np
import pytest

from bench.answers import Answers
from bench.measure import Plan, figures_of
from bench.sampler import Samples

PLAN = Plan(1_000, lone=4, rate=100, warm_up_seconds=1, steady_seconds=2)
SENT = 1_000 + 4 + 300


def answers() -> Answers:
    """A backlog at a thousand a second, lone drawings after 7 ms, a warm-up after 500 ms, then 10 ms."""
    answered_at = np.concatenate([np.arange(1_000), np.full(4, 7), np.full(100, 500), np.full(200, 10)]).astype(float)
    sizes = np.where(np.arange(SENT) < 1_000, 64, 1)
    return Answers(answered_at, np.arange(SENT) % 10 > 0, sizes, repeats=3)


def samples() -> Samples:
    """Two cores at work, the broker at a tenth of one, until the backlog is done; then next to nothing."""
    return Samples([0.0, 1_000, 2_000], [5.0, 7.0, 7.1], [1.0, 1.1, 1.1], {"a": 3 << 20})


def test_each_phase_has_its_own_figures() -> None:
    measured = figures_of(PLAN, 1_000, np.zeros(SENT), answers(), samples(), 0.5, -2_000, (1_000, 2_000))

    assert measured.throughput == pytest.approx(1_000)
    assert measured.lone_ms == 7
    assert measured.latency == {"p50_ms": 10, "p95_ms": 10, "p99_ms": 10}, "the warm-up does not count"
    assert measured.first_answer_seconds == pytest.approx(2)
    assert measured.cpu_seconds_per_1000 == pytest.approx(2)
    assert measured.broker_cpu_seconds_per_1000 == pytest.approx(0.1)
    assert measured.idle_cpu_share == pytest.approx(0.1)
    assert measured.batch_size == 64
    assert measured.peak_memory_mb == {"a": 3}
    assert measured.accuracy == pytest.approx(0.9, abs=0.001)
    assert (measured.unanswered, measured.repeats) == (0, 3)


def test_what_is_not_answered_has_no_latency_and_is_counted() -> None:
    late = answers()
    late.answered_at[-150:] = np.inf

    measured = figures_of(PLAN, 1_000, np.zeros(SENT), late, samples(), 0.5, 0, (1_000, 2_000))

    assert measured.latency == {"p50_ms": None, "p95_ms": None, "p99_ms": None}
    assert measured.unanswered == 150
    assert measured.throughput == pytest.approx(1_000)


def test_a_backlog_alone_has_a_throughput_alone() -> None:
    plan = Plan(1_000, lone=0, rate=0)
    alone = Answers(np.arange(1_000.0), np.ones(1_000, bool), np.ones(1_000, np.int64), 0)

    measured = figures_of(plan, 1_000, np.zeros(1_000), alone, samples(), 0.5, 0, (1_000, 2_000))

    assert measured.throughput == pytest.approx(1_000)
    assert (measured.latency, measured.lone_ms) == ({}, None)
