"""What people correct lands in the lakehouse, each correction once, whatever dies in between."""

import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psutil
import pytest
from kafka import KafkaProducer

from pipeline.lakehouse.query import query
from pipeline.launching.flink import Flink
from pipeline.messages import Correction, Origin, Rejection
from pipeline.settings import Settings
from producers.broker import connect_consumer
from producers.schedule import Schedule
from tests.integration.stack import Feed, Stack, eventually


class Corrector:
    """Somebody who corrects drawings, with no client of ours."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.source = f"test-{uuid.uuid4()}"
        self.sent: list[str] = []
        self.producer = KafkaProducer(bootstrap_servers=settings.kafka, acks="all")

    def put(self, drawing_id: str, value: bytes | None) -> Origin:
        """Put a record on the corrections topic, and say where it is."""
        sent = self.producer.send(self.settings.corrections_topic, value, drawing_id.encode()).get(60)
        return Origin(sent.topic, sent.partition, sent.offset)

    def correct(self, drawing_id: str, number: str, read: str = "") -> None:
        """Correct a drawing."""
        self.sent.append(drawing_id)
        self.put(drawing_id, Correction(drawing_id, number, read, self.source, int(time.time() * 1000)).to_json())

    def correct_many(self, count: int, rate: float) -> None:
        """Correct drawings that nobody sent, so many a second."""
        schedule = Schedule(rate)
        for index in range(count):
            schedule.wait_for(index)
            self.correct(str(uuid.uuid4()), str(index))

    @eventually
    def await_first(self) -> None:
        """Wait until some of them are in the lakehouse."""
        assert self.landed() != (0, 0)

    @eventually
    def await_in_lakehouse(self) -> None:
        """Wait until every correction is in the lakehouse, each exactly once."""
        rows, distinct = self.landed()
        assert distinct == len(self.sent), f"{distinct} of {len(self.sent)} corrections are in the lakehouse"
        assert rows == distinct, f"{rows - distinct} corrections are in the lakehouse twice"

    def landed(self) -> tuple[int, int]:
        """Corrections of this source in the lakehouse, and different drawings among them."""
        sql = f"SELECT count(*) AS n, count(DISTINCT drawing_id) AS ids FROM corrections WHERE source = '{self.source}'"
        (row,) = query(self.settings.lakehouse, sql).to_pylist()
        return row["n"], row["ids"]


@pytest.fixture
def corrector(stack: Settings) -> Iterator[Corrector]:
    corrector = eventually(Corrector)(stack)
    yield corrector
    corrector.producer.close()


def restarts(stack: Settings) -> int:
    flink = Flink(stack.flink_rest)
    metric = flink.get(f"/jobs/{flink.live_job(stack.job_name)}/metrics?get=numRestarts")
    return int(metric[0]["value"])


def test_the_last_correction_of_a_drawing_counts(feed: Feed, corrector: Corrector) -> None:
    feed.send(3)
    feed.await_answers()
    feed.await_in_lakehouse()
    for drawing_id in feed.ids:
        corrector.correct(drawing_id, "12", read="1")
    corrector.await_in_lakehouse()
    again = Correction(feed.ids[0], "407", "1", "somebody else", int(time.time() * 1000))
    corrector.put(feed.ids[0], again.to_json())

    @eventually
    def truth() -> None:
        sql = f"""SELECT c.number, p.drawing_id FROM predictions p JOIN corrected c USING (drawing_id)
                  WHERE p.source = '{feed.source}'"""
        rows = query(feed.settings.lakehouse, sql).to_pylist()
        assert {row["drawing_id"]: row["number"] for row in rows} == dict(
            zip(feed.ids, ["407", "12", "12"], strict=True)
        )

    truth()


@pytest.mark.parametrize(
    "find",
    [
        pytest.param(lambda running: running.process("taskmanager"), id="taskmanager"),
        pytest.param(Stack.beam_worker, id="beam worker"),
    ],
)
def test_a_process_that_is_killed_while_corrections_flow_loses_and_doubles_none(
    find: Callable[[Stack], psutil.Process], running: Stack, corrector: Corrector
) -> None:
    with ThreadPoolExecutor(1) as threads:
        sending = threads.submit(corrector.correct_many, 2_000, rate=100)
        corrector.await_first()
        running.kill(find(running))
        assert not sending.done()
        sending.result()
    corrector.await_in_lakehouse()


@pytest.mark.parametrize("value", [b"nonsense", None, b'{"drawing_id": "a", "number": "seven"}'])
def test_what_is_no_correction_is_rejected_and_the_stream_goes_on(
    value: bytes | None, stack: Settings, corrector: Corrector
) -> None:
    before = restarts(stack)
    rejected: list[Rejection] = []
    with closing(connect_consumer(stack, [stack.rejected_topic])) as consumer:
        origin = corrector.put("a", value)
        corrector.correct("a", "7")

        @eventually
        def collect() -> None:
            records = [record for found in consumer.poll(1_000).values() for record in found]
            rejected.extend(one for one in (Rejection.from_json(record.value) for record in records) if told(one))
            assert rejected

        def told(one: Rejection) -> bool:
            return Origin(one.topic, one.partition, one.offset) == origin

        collect()
    corrector.await_in_lakehouse()
    assert [(one.code, one.key, one.value) for one in rejected] == [("invalid_correction", b"a", value)]
    assert restarts(stack) == before
