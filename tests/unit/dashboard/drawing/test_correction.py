import pytest

from dashboard.drawing.correction import likeliest_others, with_digit
from pipeline.messages import Digit
from tests.unit.dashboard.fake_kafka import prediction


def test_the_other_digits_come_with_the_likeliest_first() -> None:
    probabilities = [0.0, 0.3, 0.0, 0.0, 0.02, 0.0, 0.0, 0.6, 0.0, 0.08]
    others = likeliest_others(Digit(7, 0.6, probabilities, (0, 0, 1, 1)))
    assert others[:3] == [1, 9, 4]
    assert sorted(others) == [0, 1, 2, 3, 4, 5, 6, 8, 9]


@pytest.mark.parametrize(
    ("said", "at", "digit", "number"),
    [
        ("427", 0, 9, "927"),
        ("427", 2, 1, "421"),
        ("921", 1, 5, "951"),  # a second digit put right after the first
        ("4", 2, 1, "421"),  # what was said has no third digit: what was read has
        ("", 1, 0, "407"),
    ],
)
def test_one_digit_is_replaced_in_the_number(said: str, at: int, digit: int, number: str) -> None:
    assert with_digit(prediction("x", "427"), said, at, digit) == number
