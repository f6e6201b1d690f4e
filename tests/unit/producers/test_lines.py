import json
from collections.abc import Callable

import pytest

from pipeline.messages import Prediction, Rejection
from producers.lines import escaped, prediction_line, rejection_json, sent_line


def test_a_sent_drawing_is_its_file_and_its_id() -> None:
    assert sent_line("a.png", "id-1", as_json=False) == "a.png\tid-1"
    assert json.loads(sent_line("a.png", "id-1", as_json=True)) == {"file": "a.png", "drawing_id": "id-1"}


def test_a_prediction_is_file_number_and_confidence_with_four_decimals(prediction: Callable[..., Prediction]) -> None:
    assert prediction_line("a.png", prediction(number="407", confidence=0.9), as_json=False) == "a.png\t407\t0.9000"


def test_a_prediction_as_json_has_the_file_and_everything_predicted(prediction: Callable[..., Prediction]) -> None:
    answer = prediction(number="40")
    line = json.loads(prediction_line("a.png", answer, as_json=True))
    assert line == {"file": "a.png", **json.loads(answer.to_json())}
    assert [digit["digit"] for digit in line["digits"]] == [4, 0]


def test_a_rejection_says_why_without_the_rejected_bytes(rejection: Callable[..., Rejection]) -> None:
    line = json.loads(rejection_json("a.png", rejection()))
    assert line == {"file": "a.png", "drawing_id": "a", "code": "blank", "reason": "There is no ink."}


@pytest.mark.parametrize("name", ["a\tb.png", "a\nb.png", "a\r\nb.png", "back\\slash\\t.png", "é七.png"])
def test_a_file_name_stays_in_its_column_and_can_be_read_back(name: str) -> None:
    column = escaped(name)
    assert not set("\t\n\r") & set(column)
    unescaped = column.replace(r"\\", "\0").replace(r"\t", "\t").replace(r"\n", "\n").replace(r"\r", "\r")
    assert unescaped.replace("\0", "\\") == name


def test_a_file_name_that_is_no_utf_8_can_be_printed() -> None:
    name = b"caf\xe9.png".decode("utf-8", "surrogateescape")
    assert escaped(name).encode() == rb"caf\udce9.png"
    assert json.loads(sent_line(name, "id", as_json=True))["file"] == r"caf\udce9.png"
