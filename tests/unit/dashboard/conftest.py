import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.connection.stream import Stream
from dashboard.stored.lakehouse import Lakehouse
from pipeline.settings import Settings
from tests.unit.dashboard.fake_kafka import FakeKafka
from tests.unit.dashboard.written import Written


@pytest.fixture(autouse=True)
def kafka(monkeypatch: pytest.MonkeyPatch) -> FakeKafka:
    """What `Stream` connects to in this test; it answers "7" to everything unless told otherwise."""
    fake = FakeKafka()
    monkeypatch.setattr("dashboard.connection.posting.connect_producer", fake.connect_producer)
    monkeypatch.setattr("dashboard.connection.posting.abandon", fake.abandon)
    monkeypatch.setattr("dashboard.connection.listening.AnswerReader", fake.open_reader)
    monkeypatch.setattr("dashboard.connection.listening.require_listener", fake.require_listener)
    monkeypatch.setattr("dashboard.connection.reconnecting.RETRY_SECONDS", 0.01)
    monkeypatch.setattr("dashboard.connection.listening.POLL_SECONDS", 0.01)
    return fake


@pytest.fixture(autouse=True)
def own_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit's AppTest puts the page in place of __main__, which processes that other tests spawn would run."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture
def stream() -> Iterator[Stream]:
    connection = Stream(Settings())
    yield connection
    connection.close()


@pytest.fixture(params=["files", "arrow"])
def lakehouse(request: pytest.FixtureRequest, tmp_path: Path) -> Lakehouse:
    """Nothing is written there yet; read by DuckDB itself, and as tables at a URL are."""
    folder = "it's a=b % lake" if request.param == "files" else "a*"
    return Lakehouse(str(tmp_path / folder / "predictions"))


@pytest.fixture
def write(lakehouse: Lakehouse) -> Written:
    """What writes to it."""
    return Written(lakehouse.uri)
