import pytest

from dashboard.probabilities import probability_chart
from pipeline.messages import Digit


def test_the_chart_has_a_bar_for_each_digit_and_marks_the_one_read() -> None:
    probabilities = [0.01, 0.0, 0.02, 0.0, 0.0, 0.0, 0.0, 0.9, 0.0, 0.07]
    chart = probability_chart(Digit(7, 0.9, probabilities, (0, 0, 1, 1))).to_dict()
    (rows,) = chart["datasets"].values()
    bars, labels = chart["layer"]
    assert [row["digit"] for row in rows] == list(range(10))
    assert [row["probability"] for row in rows] == pytest.approx(probabilities)
    assert bars["encoding"]["opacity"]["condition"]["test"] == "(datum.digit === 7)"
    assert labels["transform"] == [{"filter": "(datum.probability >= 0.005)"}]
