from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event

import pytest

from dashboard.throughput.watching import AwayError, Watch

PATIENCE_SECONDS = 10


class Meter:
    """Something to watch, that counts how often it was connected to and read."""

    def __init__(self) -> None:
        self.opened = 0
        self.reads = 0
        self.away = ""
        self.read_again = Event()
        self.closed = Event()

    @contextmanager
    def open(self) -> Iterator[Callable[[], int]]:
        self.opened += 1
        yield self.read
        self.closed.set()

    def read(self) -> int:
        if self.away:
            self.read_again.set()
            raise AwayError(self.away)
        self.reads += 1
        self.read_again.set()
        return self.reads

    def await_read(self) -> None:
        self.read_again.clear()
        assert self.read_again.wait(PATIENCE_SECONDS)


@pytest.fixture
def meter() -> Meter:
    return Meter()


def test_nothing_is_read_before_somebody_looks(meter: Meter) -> None:
    watch = Watch("test", meter.open, 0.001)
    assert not watch.watching
    assert meter.opened == 0


def test_one_connection_serves_all_who_look(meter: Meter, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch("test", meter.open, 0.001)
    for _ in range(20):
        watch.look()
    meter.await_read()
    meter.await_read()
    assert meter.opened == 1
    assert watch.look().seen is not None
    monkeypatch.setattr("dashboard.throughput.watching.INTEREST_SECONDS", 0.0)
    assert meter.closed.wait(PATIENCE_SECONDS)


def test_it_ends_when_nobody_looks_any_more_and_begins_again(meter: Meter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.throughput.watching.INTEREST_SECONDS", 0.05)
    watch = Watch("test", meter.open, 0.001)
    watch.look()
    assert meter.closed.wait(PATIENCE_SECONDS)
    reads = meter.reads
    meter.closed.clear()
    assert watch.look().seen == reads
    assert meter.closed.wait(PATIENCE_SECONDS)
    assert (meter.opened, meter.reads > reads) == (2, True)


def test_what_was_seen_stays_while_it_is_away_and_goes_on_by_itself(
    meter: Meter, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = Watch("test", meter.open, 0.001)
    watch.look()
    meter.await_read()
    meter.await_read()
    meter.away = "It is away."
    meter.await_read()
    meter.await_read()
    sight = watch.look()
    seen, trouble = sight.seen, sight.trouble
    assert (seen is not None, trouble) == (True, "It is away.")
    meter.away = ""
    meter.await_read()
    meter.await_read()
    assert watch.look().trouble == ""
    monkeypatch.setattr("dashboard.throughput.watching.INTEREST_SECONDS", 0.0)
    assert meter.closed.wait(PATIENCE_SECONDS)
