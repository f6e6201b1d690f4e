import time

import pytest

from producers.schedule import Schedule


class Clock:
    """A clock that only sleeping, or being set, moves."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def test_drawings_are_due_at_even_steps_from_the_start() -> None:
    clock = Clock()
    schedule = Schedule(4.0, clock, clock.sleep)
    due = [schedule.wait_for(index) for index in range(4)]
    assert clock.slept == [0.25] * 3
    assert [later - due[0] for later in due] == pytest.approx([0, 250, 500, 750], abs=1)


def test_who_is_late_catches_up_at_once_and_owns_up_to_it() -> None:
    clock = Clock()
    schedule = Schedule(10.0, clock, clock.sleep)
    first = schedule.wait_for(0)
    clock.now += 0.35
    due = [schedule.wait_for(index) - first for index in (1, 2, 3, 4)]
    assert clock.slept == [pytest.approx(0.05)]
    assert due == pytest.approx([100, 200, 300, 400], abs=1)


def test_without_a_rate_drawings_are_due_whenever_they_are_asked_for() -> None:
    clock = Clock()
    schedule = Schedule(None, clock, clock.sleep)
    first = schedule.wait_for(0)
    clock.now += 2.5
    assert schedule.wait_for(1) - first == pytest.approx(2_500, abs=1)
    assert clock.slept == []


def test_due_times_are_epoch_milliseconds() -> None:
    before = time.time() * 1_000
    assert before - 1 <= Schedule(None).wait_for(0) <= time.time() * 1_000 + 1
