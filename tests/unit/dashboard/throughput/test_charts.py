import numpy as np
import pytest

from dashboard.throughput.charts import CHARTS, ceiling, specification, tables
from dashboard.throughput.picture import SPANS, Picture


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("minutes", [1, 5, 15])
def test_a_specification_holds_no_data_and_its_axis_of_time_stands_still(name: str, minutes: int) -> None:
    found = specification(name, minutes)
    assert not {"data", "datasets"} & {*found, *(key for layer in found["layer"] for key in layer)}
    x = found["layer"][0]["encoding"]["x"]
    assert x["scale"]["domain"] == [-minutes * 60, 0]


@pytest.mark.parametrize("name", CHARTS)
def test_each_chart_has_a_row_for_each_span_and_series(name: str, picture: Picture) -> None:
    table = tables(picture)[name]
    series = table["series"].unique().to_pylist()
    assert len(table) == SPANS * len(series)
    assert table["ago"].to_pylist()[:SPANS] == list(range(-SPANS + 1, 1))


def test_values_reach_the_charts(picture: Picture) -> None:
    found = tables(picture)
    assert found["flow"].filter(found["flow"]["series"].to_numpy() == "out")["value"][-1].as_py() == 12
    assert found["rejections"]["value"].to_pylist()[-1] == 2
    assert found["lag"]["series"].unique().to_pylist() == ["partition 0"]
    assert found["accuracy"]["value"].to_pylist()[-1] == 1


def test_what_is_unknown_is_a_gap_not_0(picture: Picture) -> None:
    assert tables(picture)["latency"]["value"][0].as_py() is None
    assert tables(picture)["batch"]["value"].null_count == 2 * SPANS


def test_the_side_reaches_from_0_to_a_round_end_above_all_values(picture: Picture) -> None:
    edges = set(tables(picture)["flow"]["edge"].to_pylist())
    assert edges == {0.0, 20.0}
    assert set(tables(picture)["accuracy"]["edge"].to_pylist()) == {0.5, 1.0}


@pytest.mark.parametrize(
    ("value", "least", "end"),
    [(0, 10, 10), (10, 10, 10), (10.1, 10, 20), (23, 10, 50), (0.3, 1, 1), (4_321, 100, 5_000)],
)
def test_ends_of_the_side_are_round(value: float, least: float, end: float) -> None:
    assert ceiling(value, least) == pytest.approx(end)


def test_stacked_values_stay_inside(picture: Picture) -> None:
    many = {"a": np.full(SPANS, 30), "b": np.full(SPANS, 30)}
    past = picture.past.__class__(**{**picture.past.__dict__, "reasons": many})
    stacked = picture.__class__(**{**picture.__dict__, "past": past})
    assert max(tables(stacked)["rejections"]["edge"].to_pylist()) == 100
