"""The HTTP API on the running stack: two servers side by side, a broker that dies, many who wait."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event

import psutil
import pytest
import requests
from uuid_utils import uuid7

from pipeline.settings import REPOSITORY, Settings
from producers.broker import Start, connect_consumer
from producers.samples import sample_drawings
from tests.integration.conftest import free_ports
from tests.integration.stack import Stack, eventually

SENDERS = 8
WAITERS = 100
DIGIT = next(iter(sample_drawings(1))).value


class Server:
    """A server of the test's own, beside the stack's."""

    def __init__(self) -> None:
        (self._port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{self._port}/api"
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        environment = os.environ | {"INKSTREAM_DASHBOARD_PORT": str(self._port)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dashboard.server"],
            cwd=REPOSITORY,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        eventually(requests.get)(f"{self.url}/openapi.json")

    def end(self, number: signal.Signals) -> str:
        """End it by a signal; what it had to say."""
        self.process.send_signal(number)
        output, _ = self.process.communicate(timeout=60)
        return output

    def send(self, drawing: bytes, wait: float = 0) -> requests.Response:
        return requests.post(f"{self.url}/drawings", params={"wait": wait}, data=drawing, timeout=100)

    def fate(self, drawing_id: str) -> requests.Response:
        return requests.get(f"{self.url}/predictions/{drawing_id}", timeout=100)

    @eventually
    def await_answer(self, drawing_id: str) -> dict[str, object]:
        """What it says of the drawing once it is answered."""
        response = self.fate(drawing_id)
        assert response.status_code == 200, response.text
        return dict(response.json())

    @eventually
    def await_listed(self, drawing_id: str) -> None:
        """Wait until it is among the newest predictions: each server reads the answers for itself."""
        listed = requests.get(f"{self.url}/predictions", params={"source": "api", "limit": 1000}, timeout=60).json()
        assert drawing_id in {prediction["id"] for prediction in listed["predictions"]}


@pytest.fixture
def servers(stack: Settings) -> Iterator[tuple[Server, Server]]:
    both = Server(), Server()
    yield both
    for server in both:
        server.end(signal.SIGKILL)


def accepted(response: requests.Response) -> str:
    (drawing,) = response.json()["drawings"]
    return str(drawing["id"])


def test_any_server_answers_for_what_another_took(servers: tuple[Server, Server]) -> None:
    one, other = servers
    read, refused = accepted(one.send(DIGIT)), accepted(one.send(b"no drawing at all"))
    assert other.fate(read).status_code in {200, 202}
    assert other.fate(str(uuid7())).status_code == 404
    answers = [other.await_answer(drawing_id) for drawing_id in (read, refused)]
    assert [answer["status"] for answer in answers] == ["predicted", "rejected"]
    assert answers == [one.await_answer(drawing_id) for drawing_id in (read, refused)]

    assert "Traceback" not in other.end(signal.SIGTERM)
    other.start()
    assert answers == [other.await_answer(drawing_id) for drawing_id in (read, refused)]


def test_a_correction_and_the_newest_predictions(servers: tuple[Server, Server]) -> None:
    one, other = servers
    drawing_id = accepted(one.send(DIGIT, wait=60))
    other.await_listed(drawing_id)
    response = requests.post(f"{other.url}/corrections", json={"drawing_id": drawing_id, "number": "8"}, timeout=60)
    assert response.status_code == 202, response.text


def test_a_hundred_wait_at_once(servers: tuple[Server, Server]) -> None:
    server, _ = servers
    with ThreadPoolExecutor(WAITERS) as clients:
        responses = list(clients.map(lambda _: server.send(DIGIT, wait=60), range(WAITERS)))
    assert {response.status_code for response in responses} == {200}
    assert psutil.Process(server.process.pid).num_threads() < WAITERS


def test_what_was_accepted_is_answered_and_what_was_refused_never_arrives_though_the_broker_is_killed(
    stack: Settings, running: Stack, servers: tuple[Server, Server]
) -> None:
    since_ms = time.time_ns() // 1_000_000
    numbers, enough = count(), Event()
    sent: dict[bytes, requests.Response] = {}

    def keep_sending(server: Server) -> None:
        while not enough.is_set():
            drawing = DIGIT + b"%d" % next(numbers)
            sent[drawing] = server.send(drawing)

    with ThreadPoolExecutor(SENDERS) as senders:
        sending = [senders.submit(keep_sending, servers[place % 2]) for place in range(SENDERS)]
        _await_accepted(sent, 50)
        running.kill(running.process("kafka"))
        _await_accepted(sent, 150)
        enough.set()
        for one in sending:
            one.result()

    assert {response.status_code for response in sent.values()} <= {202, 429, 503}
    ids = {drawing: accepted(response) for drawing, response in sent.items() if response.status_code == 202}
    for drawing_id in ids.values():
        assert servers[0].await_answer(drawing_id)["status"] == "predicted"
    arrived = _arrived(stack, since_ms)
    assert ids.keys() <= arrived
    assert not arrived & {drawing for drawing, response in sent.items() if response.status_code == 429}


@eventually
def _await_accepted(sent: dict[bytes, requests.Response], wanted: int) -> None:
    assert sum(response.status_code == 202 for response in list(sent.values())) >= wanted


def _arrived(stack: Settings, since_ms: int) -> set[bytes]:
    """The drawings that came onto Kafka since then."""
    consumer = connect_consumer(stack, [stack.drawings_topic], Start(since_ms, 100_000))
    polls = iter(lambda: consumer.poll(timeout_ms=3_000), {})
    arrived = {record.value for poll in polls for records in poll.values() for record in records}
    consumer.close()
    return arrived
