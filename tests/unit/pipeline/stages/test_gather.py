from itertools import chain

import pytest

from pipeline.forms import Arrival
from pipeline.messages import Origin
from pipeline.stages.gather import Limits, batches

TEN_SECONDS = 10_000
NEW_WINDOW = 1_772_366_400_000


def arrivals(*sizes: int | None, step_ms: int = 1) -> list[Arrival]:
    """Records of so many bytes, each so much later than the one before."""
    return [
        Arrival(
            Origin("drawings", 0, offset),
            NEW_WINDOW + offset * step_ms,
            None,
            None if size is None else bytes(size),
            {},
        )
        for offset, size in enumerate(sizes)
    ]


def offsets(found: list[Arrival], limits: Limits) -> list[list[int]]:
    return [[one.origin.offset for one in batch] for batch in batches(found, limits)]


def test_nothing_is_no_batch() -> None:
    assert offsets([], Limits(1024, TEN_SECONDS)) == []


def test_what_has_come_is_a_batch() -> None:
    assert offsets(arrivals(1, 1, 1), Limits(1024, TEN_SECONDS)) == [[0, 1, 2]]


def test_a_batch_holds_no_more_than_the_maximum() -> None:
    assert offsets(arrivals(1, 1, 1, 1, 1), Limits(2, TEN_SECONDS)) == [[0, 1], [2, 3], [4]]


def test_a_batch_ends_where_a_window_ends() -> None:
    assert offsets(arrivals(1, 1, 1, 1, 1, step_ms=4_000), Limits(1024, TEN_SECONDS)) == [[0, 1, 2], [3, 4]]


def test_a_batch_has_no_more_bytes_than_memory_can_bear_but_one_drawing_passes_whatever_its_size() -> None:
    found = arrivals(40, 60, 1, 500, 7, 93, 1)

    assert offsets(found, Limits(1024, TEN_SECONDS, bytes=100)) == [[0, 1], [2], [3], [4, 5], [6]]


def test_records_without_value_are_gathered_too() -> None:
    assert offsets(arrivals(None, 10), Limits(1024, TEN_SECONDS)) == [[0, 1]]


@pytest.mark.parametrize("most", [1, 2, 3, 1024])
def test_nothing_is_lost_and_order_stays(most: int) -> None:
    found = arrivals(*range(0, 90, 7), step_ms=3_000)

    assert list(chain.from_iterable(offsets(found, Limits(most, TEN_SECONDS, bytes=100)))) == list(range(13))
