import pytest

from training.evaluation.alignment import aligned


@pytest.mark.parametrize(
    ("drawn", "read", "pairs"),
    [
        ("407", "407", [("4", "4"), ("0", "0"), ("7", "7")]),
        ("407", "401", [("4", "4"), ("0", "0"), ("7", "1")]),
        ("407", "07", [("4", ""), ("0", "0"), ("7", "7")]),
        ("47", "417", [("4", "4"), ("", "1"), ("7", "7")]),
        ("12", "", [("1", ""), ("2", "")]),
        ("", "8", [("", "8")]),
        ("", "", []),
    ],
)
def test_digits_that_were_read_stand_beside_those_that_were_drawn(
    drawn: str, read: str, pairs: list[tuple[str, str]]
) -> None:
    assert aligned(drawn, read) == pairs


@pytest.mark.parametrize(
    ("drawn", "read", "distance"),
    [("1234567", "7654321", 6), ("123123", "231231", 2), ("1111", "11", 2), ("90817", "19087", 2)],
)
def test_as_few_as_can_be_differ(drawn: str, read: str, distance: int) -> None:
    pairs = aligned(drawn, read)

    assert sum(one != other for one, other in pairs) == distance
    assert "".join(one for one, _ in pairs) == drawn
    assert "".join(other for _, other in pairs) == read
