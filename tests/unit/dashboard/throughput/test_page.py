"""The page's logic, run by Streamlit's own test runner; only what it shows is played."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import dashboard
from dashboard.throughput import replay_box
from dashboard.throughput.figures import Figures
from dashboard.throughput.load import Run
from dashboard.throughput.overview import View
from dashboard.throughput.picture import SPANS, Picture, numbers
from tests.unit.dashboard.throughput.conftest import NOW

PAGE = Path(dashboard.__file__).parent / "views" / "throughput.py"
REPORT = {"drawings": 100, "rejected": 0, "latency_p50_ms": 77.0, "accuracy": 0.98, "predictions_per_second": None}


class FakeLoad:
    """Replays that only say that they run."""

    def __init__(self) -> None:
        self.run: Run | None = None
        self.stopped = False

    @property
    def running(self) -> bool:
        return self.run is not None and not self.run.ended

    def start(self, rate: float | None, count: int, labelled_before: int) -> bool:
        self.run = Run(rate, count, labelled_before)
        return True

    def stop(self) -> None:
        self.stopped = True


class PlayedOverview:
    """What a session sees, made by the test."""

    def __init__(self, view: View, figures: Figures) -> None:
        self.seen = view
        self.figures = figures
        self.asked: list[int] = []

    def view(self, minutes: int) -> View:
        self.asked.append(minutes)
        return self.seen


@pytest.fixture
def overview(view: View, figures: Figures, monkeypatch: pytest.MonkeyPatch) -> PlayedOverview:
    played = PlayedOverview(view, figures)
    monkeypatch.setattr("dashboard.throughput.overview.shared_overview", lambda: played)
    return played


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> FakeLoad:
    fake = FakeLoad()
    monkeypatch.setattr(replay_box, "shared_load", lambda: fake)
    return fake


@pytest.fixture
def page(overview: PlayedOverview, load: FakeLoad) -> Iterator[AppTest]:
    yield run(AppTest.from_file(str(PAGE), default_timeout=20))
    st.cache_resource.clear()


def run(page: AppTest) -> AppTest:
    page.run()
    assert not page.exception
    return page


def press(page: AppTest, key: str) -> None:
    page.button(key=key).click()
    run(page)


def texts(page: AppTest) -> str:
    return "\n".join(element.value for element in [*page.markdown, *page.caption])


def test_the_numbers_stand_at_the_top(page: AppTest) -> None:
    shown = {metric.label: metric.value for metric in page.metric}
    assert shown == {
        "In / s": "10.8",
        "Out / s": "10.4",
        "Lag": "2",
        "p50 ms": "49.9",
        "p99 ms": "50.4",
        "Accuracy": "98.0%",
        "Rejected": "2",
    }


def test_each_chart_gets_its_data(page: AppTest) -> None:
    charts = page.get("vega_lite_chart")
    assert len(charts) == 6
    assert all(len(chart.proto.data.data) > 500 for chart in charts)


def test_components_and_flink_are_told_in_words(page: AppTest) -> None:
    told = texts(page)
    assert ":red[:material/error:] flink | Flink is away." in told
    assert "257 drawings in 10 batches of 1 to 233, 25.7 on average" in told
    assert "120 completed, 3 failed" in told
    assert "34 ms, 87 kB" in told
    assert "heap of the TaskManagers | – |" in told


def test_what_is_not_known_is_a_dash(page: AppTest, overview: PlayedOverview) -> None:
    past = Figures("drawings", clock=lambda: NOW).past(NOW, SPANS, 1)
    unknown = np.full(SPANS, np.nan)
    nothing = numbers(past, past, {}, [])
    overview.seen = View(Picture(1, past, unknown, unknown, {}, nothing), None, None, [])
    run(page)
    assert {metric.value for metric in page.metric} == {"–"}
    assert "Nothing flows" not in texts(page)
    still = replace(nothing, arriving=0.0, answered=0.0)
    overview.seen = View(Picture(1, past, unknown, unknown, {}, still), None, None, [])
    run(page)
    assert "Nothing flows. Replay load?" in texts(page)


def test_what_is_away_is_told_above_charts_that_stay(page: AppTest, overview: PlayedOverview) -> None:
    assert not page.warning
    overview.seen = overview.seen._replace(troubles=["Flink does not answer."])
    run(page)
    assert page.warning[0].value.startswith("Flink does not answer. The charts keep")
    assert len(page.get("vega_lite_chart")) == 6


def test_the_time_shown_can_be_chosen(page: AppTest, overview: PlayedOverview) -> None:
    assert overview.asked == [5]
    page.segmented_control(key="minutes").set_value(1)
    run(page)
    assert overview.asked[-1] == 1


def test_a_replay_is_started_as_chosen_and_can_be_stopped(page: AppTest, load: FakeLoad) -> None:
    page.number_input(key="replay-count").set_value(300)
    run(page)
    page.number_input(key="replay-rate").set_value(150)
    run(page)
    press(page, "replay-start")
    assert load.run is not None
    assert (load.run.count, load.run.rate, load.run.labelled_before) == (300, 150.0, 100)
    run(page)
    press(page, "replay-stop")
    assert load.stopped


def test_a_replay_can_go_as_fast_as_it_goes(page: AppTest, load: FakeLoad) -> None:
    page.toggle(key="replay-flat-out").set_value(True)
    run(page)
    assert page.number_input(key="replay-rate").disabled
    press(page, "replay-start")
    assert load.run is not None
    assert load.run.rate is None


def test_progress_is_what_was_answered_since_the_start(page: AppTest, load: FakeLoad) -> None:
    load.start(None, 160, 20)
    run(page)
    (bar,) = page.get("progress")
    assert bar.proto.value == 50
    assert bar.proto.text.startswith("80 of 160 answered; as fast as it goes")


@pytest.mark.parametrize(
    ("ending", "told"),
    [
        ({"report": REPORT}, "| latency p50 ms | 77 |"),
        ({"report": REPORT}, "| accuracy | 98.00% |"),
        ({"report": REPORT}, "| predictions per second | – |"),
        ({"stopped": True}, "The last replay was stopped"),
    ],
)
def test_the_end_of_a_replay_is_told(page: AppTest, load: FakeLoad, ending: dict[str, object], told: str) -> None:
    load.run = Run(None, 100, 0, ended=True, **ending)  # type: ignore[arg-type]
    run(page)
    assert told in texts(page)
    assert page.button(key="replay-start")


def test_a_replay_that_failed_says_why(page: AppTest, load: FakeLoad) -> None:
    load.run = Run(None, 100, 0, ended=True, failure="Kafka does not answer; start it with make start")
    run(page)
    assert "start it" in page.warning[0].value
