"""One real stack for the whole session: broker, Flink cluster, Beam workers, job and dashboard, on ports of its own."""

import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser

from bench.browser import CHROMIUM, open_browser
from pipeline.settings import Settings
from tests.integration.stack import Feed, Stack

PORTS = [name for name in Settings.model_fields if name.endswith("_port")]


def free_ports(count: int) -> list[int]:
    with ExitStack() as sockets:
        opened = [sockets.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [one.getsockname()[1] for one in opened]


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The running stack, and how to start, stop and harm it."""
    folder = tmp_path_factory.mktemp("stack")
    values = {"state_dir": folder, **dict(zip(PORTS, free_ports(len(PORTS)), strict=True))}
    os.environ |= {f"INKSTREAM_{name.upper()}": str(value) for name, value in values.items()}
    stack = Stack(Settings())
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()


@pytest.fixture
def stack(running: Stack) -> Settings:
    """The running stack's addresses; a test that stopped something has it running again."""
    return running.settings


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A module's own: Playwright's event loop is in the way of others."""
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed to look with")
    with open_browser() as browser:
        yield browser


@pytest.fixture
def feed(stack: Settings) -> Iterator[Feed]:
    """Drawings of the test's own, and what became of them."""
    feed = Feed(stack)
    yield feed
    feed.close()
