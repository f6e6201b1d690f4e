"""The API as clients meet it: over HTTP; only Kafka and the lakehouse are played."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from threading import Thread
from typing import Any

import pytest
import requests
import uvicorn
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount

from dashboard.api.application import make_api
from dashboard.api.parts import the_lookup, the_settings, the_stream
from dashboard.connection.lookup import Fate, Finding
from dashboard.connection.stream import Stream
from dashboard.stored.filters import Filters
from pipeline.messages import Prediction
from pipeline.settings import Settings


class FakeLookup:
    """Knows what the stream has seen, and besides only what a test tells it."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.elsewhere: dict[str, Finding] = {}
        self.fails: Exception | None = None
        self.listed: list[Prediction] = []
        self.asked_for: list[tuple[Filters, int]] = []

    def recall(self, drawing_id: str) -> Finding:
        answer = self.stream.recent.get(drawing_id)
        return answer.message if answer else Fate.UNKNOWN

    def find(self, drawing_id: str) -> Finding:
        if self.fails:
            raise self.fails
        return self.elsewhere.get(drawing_id, Fate.UNKNOWN)

    def newest(self, filters: Filters, count: int) -> list[Prediction]:
        self.asked_for.append((filters, count))
        return self.listed


class Server:
    """An application served by a thread."""

    def __init__(self, application: Any) -> None:
        config = uvicorn.Config(application, port=0, log_level="error", lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = Thread(target=self._server.run)
        self._thread.start()
        while not self._server.started:
            assert self._thread.is_alive()
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join()


Ask = Callable[..., requests.Response]


@pytest.fixture
def here() -> Settings:
    """Small limits."""
    return Settings(request_drawings=3, request_mebibytes=1)


@pytest.fixture
def lookup(stream: Stream) -> FakeLookup:
    return FakeLookup(stream)


@pytest.fixture
def api(stream: Stream, lookup: FakeLookup, here: Settings) -> FastAPI:
    application = make_api()
    application.dependency_overrides = {
        the_stream: _given(stream),
        the_lookup: _given(lookup),
        the_settings: _given(here),
    }

    @application.middleware("http")
    async def remember_the_loop(request: Request, call_next: Callable[[Request], Any]) -> Response:
        application.state.loop = asyncio.get_running_loop()
        return await call_next(request)

    return application


@pytest.fixture
def ask(api: FastAPI) -> Iterator[Ask]:
    """Ask the API: method, path below /api, and what ``requests`` takes."""
    server = Server(Starlette(routes=[Mount("/api", api)]))
    with requests.Session() as session:
        yield lambda method, path, **more: session.request(method, f"{server.url}/api{path}", timeout=20, **more)
    server.close()


def _given(part: object) -> Callable[[], Awaitable[object]]:
    async def give() -> object:
        return part

    return give


def problem(response: requests.Response) -> tuple[int, str]:
    """Status and code of an error, which must have the one form."""
    error = response.json()["error"]
    assert error.keys() == {"code", "message"}
    assert error["message"].endswith(".")
    return response.status_code, error["code"]
