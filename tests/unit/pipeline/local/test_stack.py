import socket
from collections.abc import Iterator

import pytest

from pipeline.errors import InkstreamError
from pipeline.local.components import Component
from pipeline.local.stack import _require_free_ports, health, job_state, not_ready, stop
from pipeline.settings import Settings


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which another program listens."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


@pytest.fixture
def free() -> int:
    """A port on which nobody listens any more."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        return int(other.getsockname()[1])


def stack(kafka: int, dashboard: int) -> list[Component]:
    return [
        Component("kafka", "broker", lambda: ["kafka"], {kafka: "INKSTREAM_KAFKA_PORT"}),
        Component("job", "has no port", lambda: ["job"]),
        Component("dashboard", "page", lambda: ["page"], {dashboard: "INKSTREAM_DASHBOARD_PORT"}),
    ]


def test_free_ports_are_no_obstacle_and_stay_free(free: int) -> None:
    _require_free_ports(Settings(), stack(free, free))

    with socket.create_server(("127.0.0.1", free)) as server:
        assert server.getsockname()[1] == free


def test_a_taken_port_is_told_with_who_needs_it_and_how_to_move_it(taken: int, free: int) -> None:
    with pytest.raises(InkstreamError) as refusal:
        _require_free_ports(Settings(), stack(kafka=free, dashboard=taken))

    sentence = str(refusal.value)
    assert f"Port {taken} is in use, and dashboard needs it" in sentence
    assert "INKSTREAM_DASHBOARD_PORT=" in sentence
    assert "kafka" not in sentence.lower()


def test_a_port_whose_connections_are_still_closing_is_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as client:
            connection, _ = server.accept()
            connection.close()  # the side that closes first keeps the port for a while
            client.recv(1)

    _require_free_ports(Settings(), stack(port, port))


def test_only_our_own_address_counts(taken: int) -> None:
    _require_free_ports(Settings(host="127.0.0.2"), stack(taken, taken))


def test_the_address_that_counts_is_where_a_component_listens(taken: int) -> None:
    flink = Component("jobmanager", "Flink", lambda: ["java"], {taken: "INKSTREAM_FLINK_REST_PORT"}, host="127.0.0.1")

    with pytest.raises(InkstreamError, match=f"Port {taken} is in use"):
        _require_free_ports(Settings(host="127.0.0.2"), [flink])


def test_where_nothing_runs_that_is_what_is_told(tmp_path: object, free: int) -> None:
    here = Settings(state_dir=tmp_path, flink_rest_port=free)

    assert health(here) == []
    assert job_state(here) == "Flink does not answer"
    assert stop(here) is False
    with pytest.raises(InkstreamError, match="supervisor has ended"):
        list(not_ready(here))
