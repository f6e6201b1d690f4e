import sys
from collections.abc import Iterator

import pytest

from dashboard.connection.stream import Stream
from pipeline.settings import Settings
from tests.unit.dashboard.fake_kafka import FakeKafka


@pytest.fixture(autouse=True)
def kafka(monkeypatch: pytest.MonkeyPatch) -> FakeKafka:
    """What `Stream` connects to in this test; it answers "7" to everything unless told otherwise."""
    fake = FakeKafka()
    monkeypatch.setattr("dashboard.connection.posting.connect_producer", fake.connect_producer)
    monkeypatch.setattr("dashboard.connection.posting.abandon", fake.abandon)
    monkeypatch.setattr("dashboard.connection.posting.RETRY_SECONDS", 0.01)
    monkeypatch.setattr("dashboard.connection.listening.AnswerReader", fake.open_reader)
    monkeypatch.setattr("dashboard.connection.listening.require_listener", fake.require_listener)
    monkeypatch.setattr("dashboard.connection.listening.RETRY_SECONDS", 0.01)
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
