import base64
import json
from collections.abc import Callable
from dataclasses import MISSING, fields, replace
from typing import Any

import pytest

from pipeline.messages import LATEST_TIME, LONGEST_KEY, Correction, Digit, Origin, Prediction, Rejection

PREDICTION = Prediction(
    drawing_id="bücher/7\n\ufffd",
    number="40",
    confidence=0.72,
    digits=[
        Digit(4, 0.9, [0.0, 0.0, 0.0, 0.0, 0.9, 0.0, 0.0, 0.0, 0.0, 0.1], (0, 3, 10, 20)),
        Digit(0, 0.8, [0.8, 0.2, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], (15, 2, 11, 22)),
    ],
    model="0123456789ab",
    submitted_at=1_772_366_400_000,
    predicted_at=1_772_366_400_050,
    arrived_at=1_772_366_400_010,
    topic="drawings",
    partition=1,
    offset=5,
    source="test",
    label="46",
    batch_size=3,
)
REJECTION = Rejection("a", "blank", "There is no ink.", "drawings", 1, 5, b"a", b"the image", 1_772_366_400_050)
CORRECTION = Correction("bücher/7\n\ufffd", "46", "40", "dashboard", 1_772_366_500_000)
Message = Prediction | Rejection | Correction
MESSAGES = [
    pytest.param(PREDICTION, id="prediction"),
    pytest.param(REJECTION, id="rejection"),
    pytest.param(CORRECTION, id="correction"),
]


def damaged(message: Message, **changed: Any) -> bytes:
    return json.dumps(json.loads(message.to_json()) | changed).encode()


@pytest.mark.parametrize("message", MESSAGES)
def test_what_is_written_is_read_again(message: Message) -> None:
    assert type(message).from_json(message.to_json()) == message


def test_a_prediction_is_the_json_that_we_promise() -> None:
    content = json.loads(PREDICTION.to_json())

    assert content | {"digits": None} == {
        "drawing_id": "bücher/7\n\ufffd",
        "number": "40",
        "confidence": 0.72,
        "digits": None,
        "model": "0123456789ab",
        "submitted_at": 1_772_366_400_000,
        "predicted_at": 1_772_366_400_050,
        "arrived_at": 1_772_366_400_010,
        "topic": "drawings",
        "partition": 1,
        "offset": 5,
        "source": "test",
        "label": "46",
        "batch_size": 3,
    }
    assert content["digits"][1] == {
        "digit": 0,
        "confidence": 0.8,
        "probabilities": [0.8, 0.2, 0, 0, 0, 0, 0, 0, 0, 0],
        "box": [15, 2, 11, 22],
    }


def test_a_rejection_is_the_json_that_we_promise() -> None:
    assert json.loads(REJECTION.to_json()) == {
        "drawing_id": "a",
        "code": "blank",
        "reason": "There is no ink.",
        "topic": "drawings",
        "partition": 1,
        "offset": 5,
        "key": "YQ==",
        "value": "dGhlIGltYWdl",
        "rejected_at": 1_772_366_400_050,
    }


def test_a_correction_is_the_json_that_we_promise() -> None:
    assert json.loads(CORRECTION.to_json()) == {
        "drawing_id": "bücher/7\n\ufffd",
        "number": "46",
        "read": "40",
        "source": "dashboard",
        "corrected_at": 1_772_366_500_000,
    }


def test_a_prediction_of_an_earlier_version_is_read_without_what_it_lacks() -> None:
    content = json.loads(PREDICTION.to_json())
    for field in fields(Prediction):
        if field.default is not MISSING:
            del content[field.name]

    assert Prediction.from_json(json.dumps(content).encode()) == replace(
        PREDICTION, arrived_at=None, topic="", partition=-1, offset=-1, source="", label=None, batch_size=None
    )


@pytest.mark.parametrize(
    "possible",
    [{"number": ""}, {"number": "0" * 32}, {"read": ""}, {"read": "1" * 99}, {"corrected_at": 0}, {"source": ""}],
)
def test_what_a_person_may_say_is_taken(possible: dict[str, Any]) -> None:
    assert Correction.from_json(damaged(CORRECTION, **possible)) == replace(CORRECTION, **possible)


@pytest.mark.parametrize(
    "impossible",
    [
        {"number": "4a"},
        {"number": "4\n"},
        {"number": "\u0663"},
        {"number": " 4"},
        {"number": "-4"},
        {"number": "0" * 33},
        {"number": 46},
        {"read": "?"},
        {"source": "x" * 201},
        {"drawing_id": ""},
        {"drawing_id": "x" * (LONGEST_KEY + 1)},
        {"corrected_at": -1},
        {"corrected_at": LATEST_TIME + 1},
        {"corrected_at": 1.5},
        {"corrected_at": "soon"},
    ],
)
def test_an_impossible_correction_is_refused(impossible: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(impossible))):
        Correction.from_json(damaged(CORRECTION, **impossible))


def test_a_box_is_a_tuple_again() -> None:
    boxes = [digit.box for digit in Prediction.from_json(PREDICTION.to_json()).digits]

    assert boxes == [(0, 3, 10, 20), (15, 2, 11, 22)]
    assert {type(box) for box in boxes} == {tuple}


@pytest.mark.parametrize("key", [None, b"", b"a", b"\xff\xfe\x00"])
@pytest.mark.parametrize("value", [None, b"", bytes(range(256)), b"\xfb\xef\xbe" * 1000])
def test_a_rejection_keeps_key_and_value_to_the_byte(key: bytes | None, value: bytes | None) -> None:
    rejection = Rejection("a", "blank", "There is no ink.", "drawings", 1, 5, key, value, 1)

    content = json.loads(rejection.to_json())

    assert [
        None if text is None else base64.b64decode(text, validate=True) for text in (content["key"], content["value"])
    ] == [key, value]
    assert Rejection.from_json(rejection.to_json()) == rejection


@pytest.mark.parametrize("message", MESSAGES)
def test_fields_of_later_versions_are_ignored(message: Message) -> None:
    assert type(message).from_json(damaged(message, language="de", certainty={"high": [1]})) == message


def test_fields_of_later_versions_are_ignored_in_digits_too() -> None:
    digits = [digit | {"slant": 0.1} for digit in json.loads(PREDICTION.to_json())["digits"]]

    assert Prediction.from_json(damaged(PREDICTION, digits=digits)) == PREDICTION


@pytest.mark.parametrize("message", MESSAGES)
def test_without_any_one_of_its_fields_it_is_refused(message: Message) -> None:
    for field in (field for field in fields(message) if field.default is MISSING):
        content = json.loads(message.to_json())
        del content[field.name]
        with pytest.raises(ValueError, match=field.name):
            type(message).from_json(json.dumps(content).encode())


@pytest.mark.parametrize("read", [Prediction.from_json, Rejection.from_json, Correction.from_json])
@pytest.mark.parametrize(
    "value", [b"", b"{", b"\xff\xfe", b"null", b"7", b'"text"', b"[]", b"[{}]", b"{}", b"NaN", b"[" * 100_000, None]
)
def test_what_is_no_json_object_is_refused(read: Callable[[bytes], object], value: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read(value)


@pytest.mark.parametrize("message", MESSAGES)
@pytest.mark.parametrize("wrong", [{}, [5], [[]], [None]])
def test_a_field_of_another_type_is_refused(message: Message, wrong: object) -> None:
    for field in fields(message):
        with pytest.raises(ValueError, match=field.name):
            type(message).from_json(damaged(message, **{field.name: wrong}))


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("digit", None),
        ("digit", "seven"),
        ("confidence", [0.5]),
        ("probabilities", 0.5),
        ("probabilities", ["high"]),
        ("probabilities", {"7": 1.0}),
        ("box", None),
        ("box", 3),
        ("box", [1, 2, 3]),
        ("box", [1, 2, 3, 4, 5]),
        ("box", [1, 2, 3, "wide"]),
    ],
)
def test_a_damaged_digit_is_refused(field: str, wrong: object) -> None:
    digit = json.loads(PREDICTION.to_json())["digits"][0]

    with pytest.raises(ValueError, match=field):
        Prediction.from_json(damaged(PREDICTION, digits=[digit | {field: wrong}]))
    del digit[field]
    with pytest.raises(ValueError, match=field):
        Prediction.from_json(damaged(PREDICTION, digits=[digit]))


@pytest.mark.parametrize("field", ["key", "value"])
@pytest.mark.parametrize("wrong", ["a", "YQ=", 5, []])
def test_bytes_that_are_not_base64_are_refused(field: str, wrong: object) -> None:
    with pytest.raises(ValueError, match=field):
        Rejection.from_json(damaged(REJECTION, **{field: wrong}))


def test_an_origin_is_told_in_one_word() -> None:
    assert str(Origin("drawings", 3, 4711)) == "drawings-3-4711"
