import json

import pytest

from training.evaluation.scores import NONE, Result, confusion, scores, worst_mistakes

RESULTS = [
    Result("a", "7", "7", 0.9),
    Result("b", "007", "01", 0.6),
    Result("c", "12", "", 0.0, "truncated"),
    Result("d", "1", "14", 0.7),
    Result("e", "", "8", 0.8),
    Result("f", "", "", 0.0, "blank"),
]


def test_numbers_and_digits_are_counted_where_there_are_any() -> None:
    figures = scores(RESULTS, seconds=2.0)

    assert (figures["images"], figures["numbers"], figures["accuracy"]) == (6, 4, 0.25)
    assert figures["digit_error_rate"] == pytest.approx((0 + 2 + 2 + 1) / 7, abs=1e-6)
    assert figures["rejected"] == {"truncated": 1, "blank": 1}
    assert figures["mean_confidence"] == pytest.approx(2.2 / 4)
    assert (figures["seconds"], figures["images_per_second"]) == (2.0, 3.0)


def test_each_digit_has_the_share_that_was_read_as_such() -> None:
    per_digit = scores(RESULTS, seconds=1.0)["per_digit"]

    assert list(per_digit) == list("0123456789")
    assert per_digit["0"] == {"count": 2, "accuracy": 0.5}
    assert per_digit["7"] == {"count": 2, "accuracy": 0.5}
    assert per_digit["1"] == {"count": 2, "accuracy": 0.5}
    assert per_digit["5"] == {"count": 0, "accuracy": None}


def test_drawings_without_a_digit_are_apart() -> None:
    assert scores(RESULTS, seconds=1.0)["no_digit"] == {"images": 2, "mean_confidence": 0.4, "share_over_half": 0.5}
    assert "no_digit" not in scores(RESULTS[:4], seconds=1.0)


def test_calibration_is_that_of_whole_numbers() -> None:
    numbers = [Result("x", "12", "12", 0.9)] * 9 + [Result("x", "12", "13", 0.9)]

    error = scores([*numbers, Result("y", "", "3", 0.99)], seconds=1.0)["expected_calibration_error"]

    assert error == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("results", [[], RESULTS[4:]])
def test_shares_of_nothing_are_none_and_all_is_json(results: list[Result]) -> None:
    figures = scores(results, seconds=0.0)

    assert (figures["accuracy"], figures["digit_error_rate"], figures["expected_calibration_error"]) == (None,) * 3
    assert "NaN" not in json.dumps(figures)


def test_overlooked_and_invented_digits_have_a_column_and_a_row() -> None:
    matrix = confusion(RESULTS)

    assert matrix[1, NONE] == matrix[2, NONE] == 1
    assert matrix[NONE].tolist() == [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
    assert matrix[:NONE].sum() == 7


def test_the_worst_mistakes_are_those_it_was_surest_of() -> None:
    assert [result.file for result in worst_mistakes(RESULTS, 3)] == ["e", "d", "b"]
