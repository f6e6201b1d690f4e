"""Brings the figures of all sources together, once for all sessions of the server."""

import time
from collections.abc import Callable
from contextlib import nullcontext
from functools import cache, partial
from threading import Lock, Thread
from typing import NamedTuple

import numpy as np

from dashboard.connection.health import Health, health
from dashboard.connection.shared import shared_stream
from dashboard.connection.stream import Stream
from dashboard.throughput.arrivals import Arrivals
from dashboard.throughput.cluster import Cluster, cluster
from dashboard.throughput.committed import Committed, committed
from dashboard.throughput.figures import SECONDS, Figures
from dashboard.throughput.picture import NOW_SECONDS, SPANS, Picture, answered, arriving, lag, numbers
from dashboard.throughput.watching import Watch
from pipeline.settings import Settings, settings

SETTLING_SECONDS = 1.5
"""What a second brought is shown so long after it, when its answers have got here."""


class View(NamedTuple):
    """What a session shows: the stream, Flink and all components; None where nothing has been seen yet.

    ``troubles`` are sentences about what is away, while everything else shows what was last seen.
    """

    picture: Picture
    cluster: Cluster | None
    health: Health | None
    troubles: list[str]


class Overview:
    """Has the answers counted from when it is made; Kafka's offsets and Flink are watched only while somebody looks."""

    def __init__(self, here: Settings, stream: Stream, clock: Callable[[], float] = time.time) -> None:
        self.figures = Figures(here.drawings_topic, clock)
        self._clock = clock
        self._stream = stream
        self._arrivals = Arrivals(here, clock)
        self._arriving: Watch[None] = Watch("arrivals", self._arrivals.opened, every_seconds=1)
        self._commits: Watch[list[Committed]] = Watch("commits", partial(committed, here, self._needs_commits), 5)
        self._cluster: Watch[Cluster] = Watch("cluster", partial(cluster, here), every_seconds=3)
        self._health: Watch[Health] = Watch("health", lambda: nullcontext(partial(health, here)), every_seconds=3)
        self._pictures: dict[int, tuple[int, Picture]] = {}
        self._lock = Lock()
        stream.add_listener(self.figures.add)
        # What was read before takes a second to parse; what comes both ways is counted once.
        Thread(target=lambda: self.figures.add(stream.recent.newest(len(stream.recent))), daemon=True).start()

    def view(self, minutes: int) -> View:
        """The last ``minutes``, at most 15, as they are at this second."""
        arriving, commits = self._arriving.look(), self._commits.look()
        cluster, health = self._cluster.look(), self._health.look()
        troubles = [self._stream.trouble or arriving.trouble, cluster.trouble]
        picture = self._picture(minutes, commits.seen or [])
        return View(picture, cluster.seen, health.seen, [sentence for sentence in troubles if sentence])

    def _picture(self, minutes: int, commits: list[Committed]) -> Picture:
        """One for all sessions that look in the same second."""
        until = int(self._clock() - SETTLING_SECONDS)
        with self._lock:
            made_at, picture = self._pictures.get(minutes, (0, None))
            if picture is None or made_at != until:
                picture = self._paint(minutes, until, commits)
                self._pictures[minutes] = until, picture
            return picture

    def _paint(self, minutes: int, until: int, commits: list[Committed]) -> Picture:
        step = minutes * 60 // SPANS
        last = until - until % step  # spans begin at the same seconds at every look, or the lines would quiver
        past, moment = self.figures.past(last, SPANS, step), self.figures.past(until, NOW_SECONDS, 1)
        ends = self._arrivals.ends(np.arange(last - SPANS * step, last + 1, step))
        ends_of_moment = self._arrivals.ends(np.arange(until - NOW_SECONDS, until + 1))
        return Picture(
            minutes=minutes,
            past=past,
            arriving=arriving(ends, SPANS, step),
            answered=answered(past, step),
            lag=lag({partition: end[1:] for partition, end in ends.items()}, past, commits),
            numbers=numbers(past, moment, ends_of_moment, commits),
        )

    def _needs_commits(self) -> bool:
        """Whether it is unknown of a partition how far it is answered."""
        until = int(self._clock())
        furthest = self.figures.past(until, 1, SECONDS).furthest
        partitions = self._arrivals.ends(np.array([until])).keys()
        return self.figures.unplaced or any(furthest.get(partition, [-1])[0] < 0 for partition in partitions)


@cache
def shared_overview() -> Overview:
    """The one of this server process, made when somebody first looks."""
    return Overview(settings(), shared_stream())
