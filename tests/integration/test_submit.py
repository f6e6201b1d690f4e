"""Drawings through the running stack, as somebody at a command line sends them."""

import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from kafka import KafkaAdminClient
from kafka.admin import NewTopic

from pipeline.messages import Digit, Prediction, Rejection
from pipeline.recognition.image_limits import MAX_BYTES
from pipeline.settings import Settings
from producers.answers import AnswerReader, Message
from producers.broker import KafkaUnavailableError, connect_consumer, connect_producer
from producers.samples import sample_drawings
from producers.sender import DrawingSender

SUBMIT = [sys.executable, "-m", "producers.submit"]


@pytest.fixture
def environment(stack: Settings) -> dict[str, str]:
    return os.environ | {"INKSTREAM_BOOTSTRAP_SERVERS": stack.kafka}


@pytest.fixture
def images(tmp_path: Path) -> dict[str, str]:
    """A hundred image files at two depths, and the number in each."""
    (tmp_path / "more").mkdir()
    files = [tmp_path / ("more" if row % 2 else ".") / f"{row:03}.png" for row in range(100)]
    drawings = list(sample_drawings(100))
    for file, drawing in zip(files, drawings, strict=True):
        file.write_bytes(drawing.value)
    return {str(file): drawing.number for file, drawing in zip(files, drawings, strict=True)}


def submit(environment: dict[str, str], *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*SUBMIT, *arguments], env=environment, input=stdin, capture_output=True, timeout=120)


def answers(reader: AnswerReader) -> Iterator[Message]:
    """One by one; the test's time limit is the only one."""
    while True:
        yield from reader.poll(1)


@contextmanager
def topics(here: Settings) -> Iterator[None]:
    """Topics of the test's own, for the answers."""
    names = [here.predictions_topic, here.rejected_topic]
    admin = KafkaAdminClient(bootstrap_servers=here.kafka)
    large = {"max.message.bytes": str(48 * 2**20)}
    admin.create_topics([NewTopic(name, num_partitions=2, replication_factor=1, topic_configs=large) for name in names])
    try:
        yield
    finally:
        admin.delete_topics(names)
        admin.close()


def test_a_folder_is_answered_file_by_file(environment: dict[str, str], images: dict[str, str], tmp_path: Path) -> None:
    done = submit(environment, "--wait", "60", str(tmp_path))
    rows = [line.split("\t") for line in done.stdout.decode().splitlines()]
    assert (done.returncode, done.stderr) == (0, b"")
    assert sorted(file for file, _, _ in rows) == sorted(images)
    assert sum(images[file] == number for file, number, _ in rows) > 80
    assert all(0 <= float(confidence) <= 1 and len(confidence) == 6 for _, _, confidence in rows)
    assert sum(float(confidence) > 0.5 for _, _, confidence in rows) > 80


def test_what_is_wrong_is_told_and_the_rest_is_answered(
    environment: dict[str, str], images: dict[str, str], tmp_path: Path
) -> None:
    good, text, large = next(iter(images)), tmp_path / "notes.txt", tmp_path / "large.png"
    text.write_text("no drawing at all")
    with large.open("wb") as sparse:
        sparse.truncate(MAX_BYTES + 1)
    done = submit(environment, "--wait", "60", "gone.png", str(text), str(large), good)
    assert done.returncode == 1
    assert [line.split(b"\t")[0].decode() for line in done.stdout.splitlines()] == [good]
    gone, too_large, rejected = done.stderr.decode().splitlines()
    assert gone == "gone.png: no such file"
    assert too_large.startswith(f"{large}: larger than 32 MiB")
    assert rejected.startswith(f"{text}: rejected (not_an_image): ")


def test_json_holds_the_whole_prediction_or_the_reason(environment: dict[str, str], images: dict[str, str]) -> None:
    value = Path(next(iter(images))).read_bytes()
    answered = submit(environment, "--wait", "60", "--json", "-", stdin=value)
    rejected = submit(environment, "--wait", "60", "--json", "-", stdin=b"no drawing at all")
    prediction = json.loads(answered.stdout)
    assert prediction.pop("file") == "-"
    assert Prediction.from_json(json.dumps(prediction).encode()).digits[0].confidence > 0
    assert (rejected.returncode, json.loads(rejected.stdout)["code"]) == (1, "not_an_image")


def test_without_waiting_the_printed_id_is_the_one_that_is_answered(
    stack: Settings, environment: dict[str, str], images: dict[str, str]
) -> None:
    file = next(iter(images))
    with AnswerReader(stack) as reader:
        printed, drawing_id = submit(environment, file).stdout.decode().rstrip("\n").split("\t")
        assert printed == file
        assert next(a for a in answers(reader) if a.drawing_id == drawing_id)


def test_ctrl_c_ends_it_quietly(environment: dict[str, str], images: dict[str, str]) -> None:
    with subprocess.Popen(
        [*SUBMIT, next(iter(images)), "-"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a background job ignores it
    ) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline()  # the file is sent; now it reads standard input, where nothing comes
        interrupt(process)
        assert process.returncode == 130
        assert process.stderr.read() == b""


def interrupt(process: subprocess.Popen[bytes]) -> None:
    """Press Ctrl-C until it ends: Python sleeps through one that comes in the instant before it begins to read."""
    for _ in range(4):
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(15)
            break


def test_a_sent_drawing_is_a_record_as_the_contract_has_it(stack: Settings) -> None:
    with DrawingSender(stack, "a test") as sender:
        consumer = connect_consumer(stack, [stack.drawings_topic])
        drawing_id = sender.send(b"value", submitted_at=1_234)
        sender.flush()
    polls = iter(lambda: consumer.poll(timeout_ms=60_000), {})
    record = next(r for poll in polls for rs in poll.values() for r in rs if r.key == drawing_id.encode())
    consumer.close()
    assert uuid.UUID(drawing_id).version == 7
    assert record.value == b"value"
    assert dict(record.headers) == {"source": b"a test", "submitted-at": b"1234"}


def test_a_missing_topic_is_one_sentence(stack: Settings) -> None:
    nowhere = stack.model_copy(update={"drawings_topic": "nowhere", "rejected_topic": "nowhere"})
    sentence = "has no topic 'nowhere'; make start makes it"
    with pytest.raises(KafkaUnavailableError, match=sentence):
        DrawingSender(nowhere, "a test")
    with pytest.raises(KafkaUnavailableError, match=sentence):
        AnswerReader(nowhere)


def test_foreign_records_among_the_answers_are_passed_over(stack: Settings) -> None:
    own = stack.model_copy(update={name: f"test-{uuid.uuid4()}" for name in ("predictions_topic", "rejected_topic")})
    digit = Digit(7, 0.9, [0.1] * 10, (1, 2, 3, 4))
    prediction = Prediction("a", "7", 0.9, [digit], "0123456789ab", 1, 2)
    rejection = Rejection("b", "blank", "There is no ink.", "drawings", 0, 1, None, b"x" * 3_000_000, 3)
    mangled = [prediction.to_json().replace(*change) for change in ((b'"box"', b'"bax"'), (b'_id":"a"', b'_id":["a"]'))]
    foreign = [None, b"", b"\xff", b"null", b"[1]", b"{}", *mangled]
    with topics(own), AnswerReader(own) as reader:
        producer = connect_producer(own)
        for value in foreign:
            producer.send(own.predictions_topic, value, b"k")
            producer.send(own.rejected_topic, value, b"k")
        producer.send(own.predictions_topic, prediction.to_json(), b"a")
        producer.send(own.rejected_topic, rejection.to_json(), b"b")
        producer.close()
        arrived = answers(reader)
        assert sorted((next(arrived), next(arrived)), key=lambda answer: answer.drawing_id) == [prediction, rejection]
