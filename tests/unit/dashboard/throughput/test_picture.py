import numpy as np
import pytest

from dashboard.throughput.committed import Committed
from dashboard.throughput.figures import Figures, Past
from dashboard.throughput.picture import Picture, answered, arriving, lag, numbers
from tests.unit.dashboard.throughput.conftest import NOW


@pytest.fixture
def nothing() -> Past:
    return Figures("drawings", clock=lambda: NOW).past(NOW, 3, 1)


def test_arrivals_are_the_steps_of_all_logs_together() -> None:
    ends = {0: np.array([10, 10, 30]), 1: np.array([5, 9, 9])}
    assert arriving(ends, 2, 2).tolist() == [2.0, 10.0]


@pytest.mark.parametrize("end", [[-1, 4, 8], [4, -1, 8], [9, 3, -1]])
def test_arrivals_beside_an_unknown_end_or_in_a_topic_made_anew_are_unknown(end: list[int]) -> None:
    known = arriving({0: np.array(end), 1: np.array([1, 1, 1])}, 2, 1)
    assert np.isnan(known).sum() == (2 if end[1] == -1 or end[0] == 9 else 1)


def test_arrivals_are_unknown_while_kafka_has_not_told() -> None:
    assert np.isnan(arriving({}, 3, 1)).tolist() == [True] * 3


def test_predictions_and_rejections_are_answers(picture: Picture) -> None:
    assert picture.answered[-1] == 12
    assert picture.answered[-2] == 10


def test_what_was_answered_before_anybody_counted_is_unknown_not_0(nothing: Past) -> None:
    assert np.isnan(answered(nothing, 1)).all()


def test_lag_is_what_arrived_beyond_the_last_answer(picture: Picture) -> None:
    assert picture.lag[0][-3:].tolist() == [0, 0, 2]


def test_lag_is_unknown_where_nothing_tells_how_far_the_stream_is(nothing: Past) -> None:
    behind = lag({0: np.array([5, 6, 7])}, nothing, [])
    assert np.isnan(behind[0]).all()


def test_the_lakehouse_tells_where_no_answer_does_from_when_it_was_read_on(nothing: Past) -> None:
    commits = [Committed(NOW - 1, {0: 3}), Committed(NOW, {0: 5})]
    behind = lag({0: np.array([5, 6, 7])}, nothing, commits)
    assert behind[0].tolist()[1:] == [2, 1]
    assert np.isnan(behind[0][0])


def test_a_log_shorter_than_what_was_answered_is_of_another_topic(picture: Picture) -> None:
    behind = lag({0: np.full(60, 50)}, picture.past, [])
    assert np.isnan(behind[0][-1])


def test_the_numbers_at_the_top(picture: Picture) -> None:
    top = picture.numbers
    assert top.arriving == pytest.approx((104 - 50) / 5)
    assert top.answered == pytest.approx(52 / 5)
    assert (top.lag, top.accuracy, top.labelled, top.rejected) == (2, 0.98, 100, 2)
    assert [top.p50, top.p95, top.p99] == pytest.approx([50] * 3, rel=0.02)


def test_numbers_that_are_not_known_are_none(nothing: Past) -> None:
    top = numbers(nothing, nothing, {}, [])
    assert (top.arriving, top.answered, top.lag, top.p50, top.accuracy, top.rejected) == (None,) * 6
