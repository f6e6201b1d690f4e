import io
import logging
from typing import Any

import apache_beam as beam
import numpy as np
import pytest
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.testing.util import assert_that, equal_to
from PIL import Image, ImageDraw

from pipeline.forms import Arrival, Decoded, Sketch
from pipeline.messages import LATEST_TIME, LONGEST_KEY, Origin, Rejection
from pipeline.stages.decode import DecodeDrawings, decode_batch
from pipeline.stages.publish import LARGEST_RECORD, Topics, records

ORIGIN = Origin("drawings", 1, 42)
ARRIVED = 1_772_366_400_000


def png(strokes: bool = True) -> bytes:
    image = Image.new("L", (100, 120), 255)
    if strokes:
        ImageDraw.Draw(image).line([(30, 20), (70, 20), (45, 100)], fill=0, width=8)
    return encoded(image)


def encoded(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


SEVEN = png()


def arrived(value: bytes | None = SEVEN, key: bytes | None = b"a", **headers: bytes | None) -> Arrival:
    named = {name.replace("_", "-"): content for name, content in headers.items()}
    return Arrival(ORIGIN, ARRIVED, key, value, named)


def sketch(arrival: Arrival) -> Sketch:
    (decoded,) = decode_batch([arrival])
    assert isinstance(decoded, Sketch)
    return decoded


def rejection(arrival: Arrival) -> Rejection:
    (decoded,) = decode_batch([arrival])
    assert isinstance(decoded, Rejection)
    return decoded


def test_a_drawing_becomes_what_the_cnn_reads() -> None:
    decoded = sketch(arrived())

    assert decoded.origin == ORIGIN
    assert decoded.lattice.rasters.shape == (1, 28, 28)
    assert decoded.lattice.rasters.dtype == np.uint8
    assert decoded.lattice.rasters[0].any()
    ((left, top, width, height),) = decoded.lattice.boxes
    assert (left, top) == pytest.approx((30, 16), abs=6)
    assert (left + width, top + height) == pytest.approx((74, 101), abs=6)


def test_strokes_apart_become_candidates_of_their_own_and_one_together() -> None:
    image = Image.new("L", (160, 120), 255)
    ImageDraw.Draw(image).line([(30, 20), (30, 100)], fill=0, width=8)
    ImageDraw.Draw(image).line([(80, 20), (80, 100)], fill=0, width=8)

    lattice = sketch(arrived(encoded(image))).lattice

    assert sorted(lattice.spans.tolist()) == [[0, 1], [0, 2], [1, 2]]


@pytest.mark.parametrize(
    ("key", "drawing_id"),
    [
        (b"a", "a"),
        ("bücher/7 \u2028".encode(), "bücher/7 \u2028"),
        (b"\x00", "\x00"),
        (None, "drawings-1-42"),
        (b"", "drawings-1-42"),
    ],
)
@pytest.mark.parametrize("value", [SEVEN, b"junk"])
def test_the_key_is_the_drawings_id_and_without_one_its_place_on_kafka(
    key: bytes | None, value: bytes, drawing_id: str
) -> None:
    (decoded,) = decode_batch([arrived(value, key)])

    assert decoded.drawing_id == drawing_id


@pytest.mark.parametrize("key", [b"\xff", b"caf\xe9", "a\ud800".encode(errors="surrogatepass"), b"a\xc3"])
def test_a_key_that_is_not_utf_8_is_rejected_and_given_back_to_the_byte(key: bytes) -> None:
    rejected = rejection(arrived(key=key))

    assert (rejected.code, rejected.key, rejected.value) == ("invalid_key", key, SEVEN)
    assert "\ufffd" in rejected.drawing_id
    assert Rejection.from_json(rejected.to_json()) == rejected


def test_the_longest_key_is_an_id_and_a_longer_one_is_not() -> None:
    assert sketch(arrived(key=b"k" * LONGEST_KEY)).drawing_id == "k" * LONGEST_KEY
    assert rejection(arrived(key=b"k" * (LONGEST_KEY + 1))).drawing_id == "drawings-1-42"


@pytest.mark.parametrize("value", [SEVEN, b"junk"])
@pytest.mark.parametrize("key", [b"k" * 1_100_000, bytes(33_000_000)], ids=["1.1 MB", "33 MB"])
def test_a_key_of_megabytes_is_no_id_and_rejected_in_a_record_that_fits(value: bytes, key: bytes) -> None:
    rejected = rejection(arrived(value, key))

    ((_, record_key, record_value),) = records([rejected], Topics("predictions", "rejected"))
    assert rejected.code == "invalid_key"
    assert len(record_key) + len(record_value) < LARGEST_RECORD


@pytest.mark.parametrize(
    ("header", "submitted_at"),
    [
        (b"1772366399000", 1_772_366_399_000),
        (b"0", 0),
        (str(LATEST_TIME).encode(), LATEST_TIME),
        (str(LATEST_TIME + 1).encode(), ARRIVED),
        (b"-1", ARRIVED),
        (b"9" * 30, ARRIVED),
        (b"9" * 10_000, ARRIVED),
        (b"1772366399000.5", ARRIVED),
        (b"1e12", ARRIVED),
        (b"yesterday", ARRIVED),
        (b"\xff\xfe", ARRIVED),
        ("١٢".encode(), ARRIVED),
        (b"", ARRIVED),
        (None, ARRIVED),
    ],
)
def test_the_senders_time_counts_where_it_makes_sense(header: bytes | None, submitted_at: int) -> None:
    assert sketch(arrived(submitted_at=header)).submitted_at == submitted_at


def test_without_headers_the_brokers_time_counts_and_the_source_is_empty() -> None:
    decoded = sketch(arrived())

    assert (decoded.submitted_at, decoded.source) == (ARRIVED, "")


@pytest.mark.parametrize(
    ("header", "source"),
    [
        (b"dashboard", "dashboard"),
        ("Büro".encode(), "Büro"),
        (b"caf\xe9", "caf\ufffd"),
        (b"x" * 100_000, "x" * 200),
        (b"", ""),
        (None, ""),
    ],
)
def test_a_source_is_a_short_text_whatever_the_header_holds(header: bytes | None, source: str) -> None:
    assert sketch(arrived(source=header)).source == source


@pytest.mark.parametrize(
    ("header", "label"),
    [
        (b"407", "407"),
        (b"", ""),
        (b"0" * 32, "0" * 32),
        (b"0" * 33, None),
        (b"4a", None),
        (b"4\n", None),
        ("٤".encode(), None),
        (b"\xff", None),
        (None, None),
    ],
)
def test_a_label_is_a_few_digits_or_unknown(header: bytes | None, label: str | None) -> None:
    assert sketch(arrived(label=header)).label == label


def test_the_brokers_time_travels_along_whatever_the_sender_says() -> None:
    decoded = sketch(arrived(submitted_at=b"17"))

    assert (decoded.arrived_at, decoded.label) == (ARRIVED, None)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (None, "empty"),
        (b"", "empty"),
        (b"hello", "not_an_image"),
        (SEVEN[: len(SEVEN) // 2], "truncated"),
        (b"\x89PNG\r\n\x1a\n" + bytes(32 * 1024 * 1024), "too_large"),
        (png(strokes=False), "blank"),
        (bytes(784), "blank"),
    ],
)
@pytest.mark.parametrize("key", [None, b"a"])
def test_what_cannot_be_read_is_rejected_with_the_reason_and_the_record(
    value: bytes | None, code: str, key: bytes | None
) -> None:
    rejected = rejection(arrived(value, key))

    assert rejected.code == code
    assert rejected.reason.endswith(".")
    assert Origin(rejected.topic, rejected.partition, rejected.offset) == ORIGIN
    assert (rejected.key, rejected.value) == (key, value)
    assert rejected.rejected_at > ARRIVED


@pytest.mark.parametrize("mistake", [RuntimeError("boom"), MemoryError(), RecursionError("deep"), KeyError("x")])
def test_our_own_mistake_is_a_rejection_too_and_is_logged(
    mistake: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: Any) -> None:
        raise mistake

    monkeypatch.setattr("pipeline.recognition.drawings.lattice_of", fail)
    with caplog.at_level(logging.ERROR):
        rejected = rejection(arrived())

    assert rejected.code == "internal_error"
    assert type(mistake).__name__ in rejected.reason
    assert (rejected.drawing_id, rejected.value) == ("a", SEVEN)
    assert "drawings-1-42" in caplog.text
    assert type(mistake).__name__ in caplog.text


def test_in_the_pipeline_a_bad_neighbour_harms_nobody() -> None:
    values = [SEVEN, b"junk", SEVEN, None, png(strokes=False), SEVEN]
    arrivals = [
        Arrival(Origin("drawings", 0, offset), ARRIVED, b"key-%d" % offset, value, {"source": b"test"})
        for offset, value in enumerate(values)
    ]

    def told(decoded: Decoded) -> tuple[str, str]:
        return decoded.drawing_id, decoded.source if isinstance(decoded, Sketch) else decoded.code

    with beam.Pipeline(runner=FnApiRunner()) as pipeline:
        decoded = pipeline | beam.Create([arrivals]) | DecodeDrawings() | beam.FlatMap(lambda batch: map(told, batch))
        assert_that(
            decoded,
            equal_to(
                [
                    ("key-0", "test"),
                    ("key-1", "not_an_image"),
                    ("key-2", "test"),
                    ("key-3", "empty"),
                    ("key-4", "blank"),
                    ("key-5", "test"),
                ]
            ),
        )
