"""Waiting in the event loop for what other threads bring: five hundred requests may wait, and take no thread."""

import asyncio
from collections.abc import Iterable
from concurrent.futures import Future
from typing import Any


async def until_done(futures: "Iterable[Future[Any]]", seconds: float) -> None:
    """Wait until all futures are done or time is up; they are left as they are."""
    if pending := [asyncio.wrap_future(future) for future in futures if not future.done()]:
        await asyncio.wait(pending, timeout=seconds)


class Waits:
    """Waiting that ends when the server is about to stop."""

    def __init__(self) -> None:
        self._over = False
        self._waiting: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        """How many wait at this moment."""
        return len(self._waiting)

    async def until_done(self, futures: "Iterable[Future[Any]]", seconds: float) -> None:
        """Wait until all futures are done, time is up, or `end`; they are left as they are."""
        if self._over:
            return
        waiting = asyncio.ensure_future(until_done(futures, seconds))
        self._waiting.add(waiting)
        try:
            await asyncio.wait([waiting])  # unlike waiting for the task itself it minds no cancelled one
        finally:
            waiting.cancel()
            self._waiting.discard(waiting)

    def end(self) -> None:
        """End all waiting, also what is yet to begin; to be called in the event loop."""
        self._over = True
        for waiting in self._waiting:
            waiting.cancel()
