import pytest

from dashboard.explore.charts import confidences_chart, numbers_chart
from dashboard.explore.summary import BINS, origins, summarise
from dashboard.stored.filters import Filters


def test_it_counts_what_the_filters_let_through(lakehouse, write):
    write.drawings("7", "7", "42", confidence=0.49)
    write.drawings("7", confidence=1.0)
    write.drawings("1", confidence=0.0)
    summary = summarise(lakehouse, Filters())
    assert (summary.drawings, summary.unsure) == (5, 4)
    assert summary.numbers == [("7", 3), ("1", 1), ("42", 1)]
    assert {bin: count for bin, count in enumerate(summary.confidences) if count} == {0: 1, 9: 3, 19: 1}
    assert summarise(lakehouse, Filters(number="7")).numbers == [("7", 3)]
    assert summarise(lakehouse, Filters(number="9")) == (0, 0, [], [0] * BINS)


def test_origins_are_those_that_are_there(lakehouse, write):
    write.drawings("1", "2", source="often")
    write.drawings("1", source="once")
    write.drawings("1", source="")
    assert origins(lakehouse) == (["often", "once"], ["model-1"])


@pytest.mark.parametrize(
    ("chart", "bars"), [(numbers_chart([("7", 3), ("", 1)]), 2), (confidences_chart([1] * BINS), BINS)]
)
def test_charts_have_a_bar_for_each_count(chart, bars):
    drawn = chart.to_dict()
    (rows,) = drawn["datasets"].values()
    assert len(rows) == bars
    assert drawn["mark"]["type"] == "bar"
