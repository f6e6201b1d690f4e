"""Whatever stands on the drawings topic gets a prediction or a rejection, and the stream goes on."""

import io
import uuid
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from kafka import KafkaProducer
from PIL import Image, ImageDraw

from pipeline.launching.flink import Flink
from pipeline.messages import Origin, Prediction, Rejection
from pipeline.settings import Settings
from producers.answers import AnswerReader
from tests.integration.stack import eventually


def seven(mode: str = "L", ground: Any = 255, ink: Any = 0, size: int = 112) -> Image.Image:
    image = Image.new(mode, (size, size), ground)
    corners = [(0.3 * size, 0.25 * size), (0.7 * size, 0.25 * size), (0.45 * size, 0.8 * size)]
    ImageDraw.Draw(image).line(corners, fill=ink, width=size // 12, joint="curve")
    return image


def file(image: Image.Image, form: str = "PNG", **options: Any) -> bytes:
    written = io.BytesIO()
    image.save(written, form, **options)
    return written.getvalue()


def png_of_size(width: int, height: int) -> bytes:
    """A PNG that claims a size; its pixels would never fit."""
    good = file(Image.new("L", (1, 1)))
    header = good[12:16] + width.to_bytes(4, "big") + height.to_bytes(4, "big") + good[24:29]
    return good[:12] + header + zlib.crc32(header).to_bytes(4, "big") + good[33:]


def heavy_png() -> bytes:
    """A drawing of more than 20 MB: noise under the pen does not compress."""
    noise = np.random.default_rng(0).integers(215, 255, (2700, 2700, 3), np.uint8)
    image = Image.fromarray(noise)
    ImageDraw.Draw(image).line([(800, 700), (1900, 700), (1200, 2200)], fill=(0, 0, 0), width=220, joint="curve")
    written = file(image, compress_level=0)
    assert 20e6 < len(written) < 32e6
    return written


READ = {
    "a plain drawing": file(seven()),
    "light ink on dark": file(seven(ground=0, ink=255)),
    "an animated GIF": file(seven(), "GIF", save_all=True, append_images=[Image.new("L", (112, 112), 128)]),
    "a CMYK JPEG": file(seven().convert("CMYK"), "JPEG"),
    "a 16-bit PNG": file(Image.fromarray(np.asarray(seven(), np.uint16) * 257)),
    "black on transparent": file(seven("RGBA", (0, 0, 0, 0), (0, 0, 0, 255))),
    "white on transparent": file(seven("RGBA", (255, 255, 255, 0), (255, 255, 255, 255))),
    "a 20 MB file": heavy_png(),
    "a raw raster": np.asarray(seven(ground=0, ink=255, size=28), np.uint8).tobytes(),
}
REJECTED = {
    "empty": b"",
    "not_an_image": b"I am no drawing",
    "truncated": file(seven())[:-60],
    "too_large": png_of_size(60_000, 60_000),
    "blank": file(Image.new("L", (280, 280), 255)),
}


class RawTopic:
    """The drawings topic as a foreign producer sees it."""

    def __init__(self, stack: Settings) -> None:
        self.topic = stack.drawings_topic
        self.producer = KafkaProducer(bootstrap_servers=stack.kafka, acks="all", max_request_size=33 << 20)
        self.reader = AnswerReader(stack)

    def put(self, key: bytes | None, value: bytes | None, **options: Any) -> Origin:
        sent = self.producer.send(self.topic, value, key, **options).get(60)
        return Origin(sent.topic, sent.partition, sent.offset)

    def answers(self, count: int) -> list[Prediction | Rejection]:
        found: list[Prediction | Rejection] = []

        @eventually
        def collect() -> None:
            found.extend(self.reader.poll(1.0))
            assert len(found) >= count

        collect()
        return found


@pytest.fixture
def raw(stack: Settings) -> Iterator[RawTopic]:
    raw = RawTopic(stack)
    yield raw
    raw.producer.close()
    raw.reader.close()


def restarts(stack: Settings) -> int:
    flink = Flink(stack.flink_rest)
    job_id = flink.live_job(stack.job_name)
    metric = flink.get(f"/jobs/{job_id}/metrics?get=numRestarts")
    return int(metric[0]["value"])


def test_each_bad_drawing_gets_its_reason_and_its_neighbours_are_read(stack: Settings, raw: RawTopic) -> None:
    before = restarts(stack)
    expected: dict[str, str] = {}
    for name, value in [*READ.items(), *REJECTED.items(), *READ.items()]:
        key = str(uuid.uuid4())
        # All on one partition, so that they share bundles and batches.
        raw.put(key.encode(), value, partition=0)
        expected[key] = name
    answers = {expected[answer.drawing_id]: answer for answer in raw.answers(len(expected))}

    assert {name: getattr(answers[name], "code", None) for name in REJECTED} == {name: name for name in REJECTED}
    assert {name: getattr(answers[name], "number", answers[name]) for name in READ} == dict.fromkeys(READ, "7")
    assert restarts(stack) == before


def test_keys_and_values_that_are_missing_or_no_text(stack: Settings, raw: RawTopic) -> None:
    before = restarts(stack)
    drawing = file(seven())
    raw.put(b"tombstone", None, partition=0)
    no_key = raw.put(None, drawing, partition=0)
    raw.put(b"\xff\xfe\x00", drawing, partition=0)
    raw.put("ключ-7".encode(), drawing, partition=0)
    expected = {"tombstone": "empty", str(no_key): "7", "ключ-7": "7"}

    answers = raw.answers(4)
    said = {answer.drawing_id: getattr(answer, "number", None) or getattr(answer, "code", None) for answer in answers}
    assert said.items() >= expected.items()
    (refused,) = [answer for answer in answers if isinstance(answer, Rejection) and answer.code == "invalid_key"]
    assert (refused.key, refused.value) == (b"\xff\xfe\x00", drawing)
    assert restarts(stack) == before


def test_a_repeated_id_gets_the_same_answer_each_time(raw: RawTopic) -> None:
    for _ in range(2):
        raw.put(b"again", file(seven()), partition=0)
    first, second = [answer for answer in raw.answers(2) if isinstance(answer, Prediction)]
    assert (first.drawing_id, first.number, first.digits) == (second.drawing_id, second.number, second.digits)


class Latin1(str):
    """A header's name as a client writes it that knows no UTF-8."""

    def encode(self, *_: str) -> bytes:
        return super().encode("latin-1")


@pytest.mark.parametrize(
    "headers",
    [
        [("submitted-at", b"soon"), ("source", b"\xff")],
        [("submitted-at", b"9" * 30)],
        [("submitted-at", b"-1"), ("source", b"x" * 5000)],
        [("submitted-at", b""), ("source", b"")],
        [("", b""), ("source", b"a"), ("source", b"b")],
        [(Latin1("größe"), b"28"), ("source", b"a")],
    ],
    ids=["no number", "too late", "negative", "empty", "repeated", "Latin-1"],
)
def test_headers_that_make_no_sense_harm_nobody(stack: Settings, raw: RawTopic, headers: Any) -> None:
    before = restarts(stack)
    raw.put(str(uuid.uuid4()).encode(), file(seven()), headers=headers, partition=0)
    (answer,) = raw.answers(1)
    assert isinstance(answer, Prediction)
    assert abs(answer.submitted_at - answer.predicted_at) < 600_000
    assert restarts(stack) == before
