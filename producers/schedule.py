"""When each drawing of a replay is due: an open loop, whose clock waits for nobody."""

import time
from collections.abc import Callable


class Schedule:
    """Due times ``rate`` a second from now on, or at once, without a rate.

    They are fixed from the start: who is late catches up, and measures from when a drawing was due, not from when it
    was sent. Otherwise a stream that stalls would be asked less, and look faster than it is ("coordinated omission",
    G. Tene).
    """

    def __init__(
        self,
        rate: float | None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._rate = rate
        self._clock = clock
        self._sleep = sleep
        self._start = clock()
        self._start_epoch = time.time()

    def wait_for(self, index: int) -> int:
        """Sleep until the ``index``-th drawing (from 0) is due; returns when it was due, in epoch milliseconds."""
        elapsed = self._clock() - self._start
        due = elapsed if self._rate is None else index / self._rate
        if due > elapsed:
            self._sleep(due - elapsed)
        return int((self._start_epoch + due) * 1_000)
