"""Load on the running stack, and the figures that a replay gives of it."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from kafka import KafkaAdminClient
from kafka.admin import NewTopic

from pipeline.messages import Prediction
from pipeline.settings import Settings
from producers.answers import AnswerReader
from producers.broker import connect_consumer


@pytest.fixture
def environment(stack: Settings) -> dict[str, str]:
    return os.environ | {"INKSTREAM_BOOTSTRAP_SERVERS": stack.kafka}


@pytest.fixture
def unread_topic(stack: Settings) -> Iterator[str]:
    """A topic from which nobody reads drawings."""
    name = f"test-{uuid.uuid4()}"
    admin = KafkaAdminClient(bootstrap_servers=stack.kafka)
    admin.create_topics([NewTopic(name, num_partitions=1, replication_factor=1)])
    yield name
    admin.delete_topics([name])
    admin.close()


def replay(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "producers.replay", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=180)


def report(environment: dict[str, str], *arguments: str) -> dict[str, Any]:
    done = replay(environment, "--report", "--json", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def ends(stack: Settings) -> int:
    """How many drawings have ever been put on the topic."""
    consumer = connect_consumer(stack, [stack.drawings_topic])
    offsets = consumer.end_offsets(consumer.assignment())
    consumer.close()
    return sum(offsets.values())


def test_every_drawing_is_sent_once_and_answered(stack: Settings, environment: dict[str, str]) -> None:
    before = ends(stack)
    figures = report(environment, "--count", "5000")
    assert ends(stack) - before == 5_000
    assert (figures["drawings"], figures["predicted"], figures["rejected"], figures["unanswered"]) == (
        5_000,
        5_000,
        0,
        0,
    )
    assert figures["accuracy"] > 0.85
    assert 0 < figures["latency_p50_ms"] <= figures["latency_p95_ms"] <= figures["latency_p99_ms"]
    assert figures["predictions_per_second"] > 0


def test_a_steady_rate_is_kept_in_the_times_that_travel_with_the_drawings(
    stack: Settings, environment: dict[str, str]
) -> None:
    with AnswerReader(stack) as reader:
        assert replay(environment, "--count", "400", "--rate", "200").returncode == 0
        submitted_at: set[int] = set()
        while len(submitted_at) < 400:
            submitted_at |= {answer.submitted_at for answer in reader.poll(1) if isinstance(answer, Prediction)}
    times = sorted(submitted_at)
    assert {later - earlier for earlier, later in pairwise(times)} <= {4, 5, 6}


def test_what_is_not_answered_is_an_error(environment: dict[str, str], unread_topic: str) -> None:
    elsewhere = environment | {"INKSTREAM_DRAWINGS_TOPIC": unread_topic}
    done = replay(elsewhere, "--count", "3", "--report", "--json", "--timeout", "1")
    figures = json.loads(done.stdout)
    assert (done.returncode, figures["unanswered"], figures["accuracy"]) == (1, 3, None)
