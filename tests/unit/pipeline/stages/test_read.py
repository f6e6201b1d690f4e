from typing import NamedTuple

from pipeline.forms import Arrival
from pipeline.messages import Origin
from pipeline.stages.read import arrival


class Header(NamedTuple):
    key: str
    value: bytes | None


class Row(NamedTuple):
    """A record as KafkaIO gives it."""

    topic: str = "drawings"
    partition: int = 1
    offset: int = 42
    key: bytes | None = b"a"
    value: bytes | None = b"image"
    headers: list[Header] | None = None
    timestampTypeId: int = 1  # noqa: N815 (KafkaIO's name)
    timestampTypeName: str = "LogAppendTime"  # noqa: N815
    timestamp: int = 1_772_366_400_000


def test_a_row_becomes_an_arrival() -> None:
    row = Row(headers=[Header("source", b"cam"), Header("submitted-at", b"17")])

    headers: dict[str, bytes | None] = {"source": b"cam", "submitted-at": b"17"}
    assert arrival(row) == Arrival(Origin("drawings", 1, 42), 1_772_366_400_000, b"a", b"image", headers)


def test_what_a_record_lacks_is_lacking_still() -> None:
    assert arrival(Row(key=None, value=None)) == Arrival(Origin("drawings", 1, 42), 1_772_366_400_000, None, None, {})
    assert arrival(Row(key=b"", value=b"", headers=[])) == Arrival(
        Origin("drawings", 1, 42), 1_772_366_400_000, b"", b"", {}
    )


def test_a_header_without_value_is_there_without_value() -> None:
    assert arrival(Row(headers=[Header("source", None)])).headers == {"source": None}


def test_of_repeated_headers_the_last_counts() -> None:
    headers = [Header("source", b"first"), Header("other", b"x"), Header("source", b"last")]

    assert arrival(Row(headers=headers)).headers == {"source": b"last", "other": b"x"}
