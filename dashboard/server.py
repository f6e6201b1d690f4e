"""The dashboard and the HTTP API in one server: ``python -m dashboard.server``."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Mount, Route
from streamlit.starlette import App

from dashboard.api.application import make_api
from dashboard.api.waits import Waits
from dashboard.connection.shared import shared_stream
from dashboard.preload import preload
from pipeline.settings import settings

API = "/api"
INTERRUPTED = 130
"""The exit status that shells expect after Ctrl-C."""


def main() -> int:
    """Serve until a signal ends it; returns the exit status."""
    here = settings()
    try:
        make_server().run(config={"server.address": here.host, "server.port": here.dashboard_port})
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def make_server() -> App:
    """The dashboard's pages, with the API beside them."""
    api = make_api()

    @asynccontextmanager
    async def connected(_: App) -> AsyncIterator[None]:
        """Load and connect before the first visitor comes; let go when the last has left."""
        stream = shared_stream()
        await asyncio.to_thread(preload)
        _on_signals(api.state.waits)
        yield
        await asyncio.to_thread(stream.close)

    routes = [Mount(API, api), Route(API, _redirect)]
    return App(Path(__file__).with_name("app.py"), lifespan=connected, routes=routes)


async def _redirect(_: Request) -> RedirectResponse:
    """Without it this path would be one of Streamlit's."""
    return RedirectResponse(f"{API}/docs")


def _on_signals(waits: Waits) -> None:
    """Requests that wait for answers end with what they have, so that the server can stop at once."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _after(lambda: loop.call_soon_threadsafe(waits.end), signal.getsignal(number)))


def _after(first: Callable[[], object], then: Any) -> Callable[..., None]:
    def handle(number: int, frame: Any) -> None:
        first()
        if callable(then):
            then(number, frame)

    return handle


if __name__ == "__main__":
    sys.exit(main())
