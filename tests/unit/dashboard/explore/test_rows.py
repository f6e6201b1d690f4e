from datetime import timedelta

import pytest

from dashboard.explore.rows import ORDERS, key_of, page
from dashboard.stored.filters import Filters
from tests.unit.dashboard.written import HOSTILE, MARCH_1

NEWEST = ORDERS["Newest first"]


def numbers(lakehouse, **filters) -> list[str]:
    return [row["number"] for row in page(lakehouse, Filters(**filters), ORDERS["Oldest first"])]


@pytest.mark.parametrize("name", ORDERS)
def test_pages_follow_one_another_without_gap_or_repeat(lakehouse, write, name):
    order = ORDERS[name]
    for day, confidence in enumerate([0.3, 0.9, 0.3]):
        write.drawings("1", "2", "3", day=day, confidence=confidence)
    seen, after = [], None
    while rows := page(lakehouse, Filters(), order, after, size=2):
        seen += rows
        after = key_of(rows[-1], order)
    keys = [key_of(row, order) for row in seen]
    assert len({row["drawing_id"] for row in seen}) == len(seen) == 9
    assert keys == sorted(keys, reverse=order.descending)


def test_a_row_has_its_ink_and_what_people_say_last(lakehouse, write):
    write.drawings("42", "7")
    write.correction("drawing-0", "41")
    write.correction("drawing-0", "")
    newest, first = page(lakehouse, Filters(), NEWEST)
    assert first["ink"] == [bytes([4]) * 784, bytes([2]) * 784]
    assert (first["corrected"], newest["corrected"]) == ("", None)


@pytest.mark.parametrize(
    ("number", "found"),
    [
        ("", ["4", "42", "402", "24"]),
        ("42", ["42"]),
        (" 42 ", ["42"]),
        ("4*", ["4", "42", "402"]),
        ("4*2", ["42", "402"]),
        ("*4", ["4", "24"]),
        ("**", ["4", "42", "402", "24"]),
        ("4%", []),
        ("4_", []),
        ("%*", []),
        ("_*", []),
        ("\\*", []),
        ("' OR 1=1 --", []),
        (HOSTILE, []),
        ("*" + "9" * 10_000, []),
    ],
)
def test_numbers_by_pattern(lakehouse, write, number, found):
    write.drawings("4", "42", "402", "24")
    assert numbers(lakehouse, number=number) == found


def test_confidences_include_both_ends_in_the_tables_own_precision(lakehouse, write):
    for number, confidence in (("1", 0.1), ("2", 0.7), ("3", 0.9)):
        write.drawings(number, confidence=confidence)
    assert numbers(lakehouse, least=0.1, most=0.7) == ["1", "2"]
    assert numbers(lakehouse, least=0.7) == ["2", "3"]


def test_sources_and_models(lakehouse, write):
    write.drawings("1", source=HOSTILE)
    write.drawings("2", source="other")
    assert numbers(lakehouse, sources=(HOSTILE,)) == ["1"]
    assert numbers(lakehouse, sources=(HOSTILE, "other"), models=("model-1",)) == ["1", "2"]
    assert numbers(lakehouse, models=("' OR true --",)) == []


def test_times_include_their_beginning_and_not_their_end(lakehouse, write):
    write.drawings("1", "2", "3")
    write.drawings("4", day=1)
    second = timedelta(seconds=1)
    assert numbers(lakehouse, since=MARCH_1 + second) == ["2", "3", "4"]
    assert numbers(lakehouse, until=MARCH_1 + 2 * second) == ["1", "2"]
    assert numbers(lakehouse, since=MARCH_1 + second, until=MARCH_1 + timedelta(days=1)) == ["2", "3"]


def test_only_what_was_corrected(lakehouse, write):
    write.drawings("1", "2")
    assert numbers(lakehouse, corrected=True) == []
    write.correction("drawing-1", "7")
    assert numbers(lakehouse, corrected=True) == ["2"]


def test_nothing_matches(lakehouse, write):
    write.drawings("1")
    assert page(lakehouse, Filters(number="9"), NEWEST) == []
