import pytest

from pipeline.forms import Arrival
from pipeline.messages import LONGEST_KEY, Origin, Rejection
from pipeline.stages.publish import LARGEST_RECORD, Record, Topics, records
from pipeline.stages.rejecting import LARGEST_KEY, LARGEST_VALUE, rejection


def rejected(key: bytes | None, value: bytes | None) -> Rejection:
    arrival = Arrival(Origin("drawings", 1, 42), 0, key, value, {})
    return rejection(arrival, "\x00" * LONGEST_KEY, "not_an_image", "No image.")


def published(one: Rejection) -> Record:
    (record,) = records([one], Topics("predictions", "rejected"))
    return record


@pytest.mark.parametrize("key", [None, b"", b"a"])
@pytest.mark.parametrize("value", [None, b"", b"junk"])
def test_a_record_is_given_back_to_the_byte(key: bytes | None, value: bytes | None) -> None:
    one = rejected(key, value)

    assert (one.key, one.value, one.reason) == (key, value, "No image.")


def test_the_largest_is_given_back_too() -> None:
    one = rejected(bytes(LARGEST_KEY), bytes(LARGEST_VALUE))

    assert (one.key, one.value, one.reason) == (bytes(LARGEST_KEY), bytes(LARGEST_VALUE), "No image.")


def test_a_value_too_large_to_be_given_back_is_told_by_its_size_and_place() -> None:
    one = rejected(b"a", bytes(LARGEST_VALUE + 1))

    assert (one.key, one.value) == (b"a", None)
    assert one.reason == (
        "No image. The value, of 34,603,009 bytes, is too large to be given back; it is at drawings-1-42."
    )


def test_a_key_too_large_to_be_given_back_is_told_likewise() -> None:
    one = rejected(bytes(LARGEST_KEY + 1), b"junk")

    assert (one.key, one.value) == (None, b"junk")
    assert "The key, of 1,048,577 bytes, is too large" in one.reason


@pytest.mark.parametrize("key", [LONGEST_KEY, LARGEST_KEY, 40 * LARGEST_KEY])
@pytest.mark.parametrize("value", [LARGEST_VALUE, 2 * LARGEST_VALUE])
def test_whatever_the_record_its_rejection_can_be_published(key: int, value: int) -> None:
    record = published(rejected(bytes(key), bytes(value)))

    assert len(record.key) + len(record.value) < LARGEST_RECORD - 1024 * 1024
