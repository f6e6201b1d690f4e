import json
from collections.abc import Callable
from dataclasses import replace

import apache_beam as beam
import pytest
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.testing.util import assert_that, equal_to
from apache_beam.typehints import Tuple

from pipeline.forms import Reading
from pipeline.messages import LONGEST_KEY, Prediction, Rejection
from pipeline.stages.publish import (
    LARGEST_RECORD,
    Predictions,
    Publish,
    Rejections,
    prediction_record,
    rejection_record,
)
from pipeline.topics import LARGEST_REJECTION

MakeReading = Callable[..., Reading]
MakeRejection = Callable[..., Rejection]


def test_a_reading_becomes_a_prediction_keyed_by_its_drawing(reading: MakeReading) -> None:
    ((key, value),) = prediction_record(reading(5, "407"))

    assert key == b"drawing-5"
    assert Prediction.from_json(value) == reading(5, "407").prediction


def test_a_rejection_keeps_its_own_key(rejection: MakeRejection) -> None:
    ((key, value),) = rejection_record(rejection(5, key=b"mine", value=b"\xff"))

    assert key == b"mine"
    assert Rejection.from_json(value) == rejection(5, key=b"mine", value=b"\xff")


@pytest.mark.parametrize("missing", [None, b""])
def test_a_rejection_without_key_goes_by_its_id(rejection: MakeRejection, missing: bytes | None) -> None:
    ((key, value),) = rejection_record(rejection(5, key=missing))

    assert key == b"drawings-0-5"
    assert json.loads(value)["drawing_id"] == "drawings-0-5"
    assert Rejection.from_json(value).key == missing


def test_a_key_too_long_for_an_id_is_kept_in_the_value_alone(rejection: MakeRejection) -> None:
    rejected = replace(rejection(5), key=b"k" * (LONGEST_KEY + 1))

    ((key, value),) = rejection_record(rejected)

    assert key == b"drawings-0-5"
    assert Rejection.from_json(value) == rejected


def test_a_key_that_is_no_text_is_published_as_it_came() -> None:
    rejection = Rejection("\ufffd", "invalid_key", "No.", "drawings", 0, 5, b"\xff", b"image", 1)

    ((key, value),) = rejection_record(rejection)

    assert key == b"\xff"
    assert Rejection.from_json(value) == rejection


def test_each_outcome_goes_to_one_topic_only(reading: MakeReading, rejection: MakeRejection) -> None:
    assert rejection_record(reading(5)) == []
    assert prediction_record(rejection(5)) == []


def test_in_the_pipeline_the_kinds_part(reading: MakeReading, rejection: MakeRejection) -> None:
    with beam.Pipeline(runner=FnApiRunner()) as pipeline:
        outcomes = pipeline | beam.Create([reading(0), rejection(1, key=b"bad"), reading(2), rejection(3)])
        predicted = outcomes | Predictions() | "PredictedKeys" >> beam.Keys()
        rejected = outcomes | Rejections() | "RejectedKeys" >> beam.Keys()
        assert_that(predicted, equal_to([b"drawing-0", b"drawing-2"]), label="Predicted")
        assert_that(rejected, equal_to([b"bad", b"drawings-0-3"]), label="Rejected")


@pytest.mark.parametrize("records", [Predictions(), Rejections()])
def test_kafka_io_is_given_bytes(records: beam.PTransform, reading: MakeReading) -> None:
    """The Java side takes nothing else, and says so only when the job is submitted."""
    published = beam.Pipeline(runner=FnApiRunner()) | beam.Create([reading(0)]) | records

    assert published.element_type == Tuple[bytes, bytes]


def test_the_largest_rejection_passes_producer_and_topic() -> None:
    config = Publish("localhost:9092", "rejected", "localhost:1").producer_config

    base64_of_the_largest_drawing = 32 * 1024 * 1024 * 4 // 3
    assert base64_of_the_largest_drawing < int(config["max.request.size"]) == LARGEST_RECORD <= LARGEST_REJECTION
    assert (config["acks"], config["enable.idempotence"]) == ("all", "true")
