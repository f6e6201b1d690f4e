import pytest

from dashboard.drawing.probabilities import probabilities
from pipeline.messages import Digit


def test_each_digit_has_its_probability_and_the_one_read_is_marked() -> None:
    known = [0.01, 0.0, 0.02, 0.0, 0.0, 0.0, 0.0, 0.9, 0.0, 0.07]
    rows = probabilities(Digit(7, 0.9, known, (0, 0, 1, 1)))
    assert list(rows["digit"]) == list(range(10))
    assert list(rows["probability"]) == pytest.approx(known)
    assert list(rows["read"]) == [value == 7 for value in range(10)]


def test_without_a_digit_the_scale_is_bare() -> None:
    rows = probabilities(None)
    assert len(rows) == 10
    assert not rows["probability"].any()
    assert not rows["read"].any()
