import csv
import io

import pytest

from dashboard.upload.entry import Entry, Status
from dashboard.upload.results import CHOICES, ORDERS, chosen, comma_separated


@pytest.fixture
def entries() -> list[Entry]:
    return [
        Entry("a.png", status=Status.READ, number="10", confidence=0.9, id="1", milliseconds=50),
        Entry("c,\n\"'.png", status=Status.REJECTED, reason="Nothing, there.", id="2", milliseconds=70),
        Entry("b.png", status=Status.READ, number="9", confidence=0.2, id="3", milliseconds=60),
        Entry("d.png"),
    ]


def names(entries: list[Entry], choice: str = "All", order: str = "As uploaded") -> str:
    return "".join(entry.name[0] for entry in chosen(entries, choice, order))


def test_choices(entries):
    assert {choice: names(entries, choice) for choice in CHOICES} == {
        "All": "acbd",
        "Read": "ab",
        "Not read": "c",
        "Pending": "d",
    }


def test_orders_put_what_lacks_it_last(entries):
    assert {order: names(entries, order=order) for order in ORDERS} == {
        "As uploaded": "acbd",
        "Least certain first": "bacd",
        "By number": "bacd",
        "By file": "abcd",
        "Slowest first": "cbad",
    }


def test_csv_has_every_file_with_its_header_first(entries):
    rows = list(csv.reader(io.StringIO(comma_separated(entries).decode(), newline="")))
    assert rows[0] == ["file", "number", "confidence", "status", "reason", "id", "milliseconds"]
    assert rows[1] == ["a.png", "10", "0.9", "read", "", "1", "50"]
    assert rows[2] == ["c,\n\"'.png", "", "", "rejected", "Nothing, there.", "2", "70"]
    assert rows[4] == ["d.png", "", "", "waiting", "", "", ""]


def test_csv_has_labels_if_any_is_known(entries):
    entries[0].label = "11"
    rows = list(csv.reader(io.StringIO(comma_separated(entries).decode(), newline="")))
    assert rows[0][-2:] == ["label", "right"]
    assert rows[1][-2:] == ["11", "False"]
    assert rows[4][-2:] == ["", ""]
    assert names(entries, "Wrong") == "a"
