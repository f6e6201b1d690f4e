from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from dashboard.throughput.figures import LENGTH, MARGIN, MOST_REASONS, OTHER_REASONS, SECONDS, Figures, Past
from dashboard.throughput.latencies import BUCKETS, bucket_of, percentiles
from pipeline.messages import Prediction, Rejection
from producers.answers import Answer

NOW = 1_800_000_000
"""An epoch second."""


@pytest.fixture
def figures() -> Figures:
    return Figures("drawings", clock=lambda: NOW)


def read(
    offset: int = -1, ago: float = 1, latency_ms: int = 50, name: str = "", partition: int = 0, **more: Any
) -> Answer:
    """A prediction that came ``ago`` seconds before now, of the drawing at ``offset`` (-1: it does not say)."""
    at = round((NOW - ago) * 1_000)
    place = {"topic": "drawings", "partition": partition, "offset": offset} if offset >= 0 else {}
    return Answer(Prediction(name or f"id-{offset}", "7", 0.9, [], "m", at - latency_ms, at, **(place | more)), at)


def refused(offset: int, code: str, ago: float = 1, topic: str = "drawings") -> Answer:
    at = round((NOW - ago) * 1_000)
    return Answer(Rejection(f"id-{offset}", code, "A sentence.", topic, 0, offset, None, b"", at), at)


def last(figures: Figures, seconds: int) -> Past:
    return figures.past(NOW, seconds, 1)


@pytest.mark.parametrize("draw", [lambda rng: rng.gamma(2, 40, 9_999), lambda rng: rng.uniform(1, 60_000, 9_999)])
def test_percentiles_are_within_two_percent(draw: Callable[[np.random.Generator], Any]) -> None:
    latencies = draw(np.random.default_rng(7)).astype(np.int64)
    counts = np.bincount(bucket_of(latencies), minlength=BUCKETS)

    assert percentiles(counts) == pytest.approx(np.percentile(latencies, [50, 95, 99]), rel=0.02)


def test_percentiles_of_nothing_are_not_numbers() -> None:
    found = percentiles(np.stack([np.zeros(BUCKETS, np.int64), np.eye(1, BUCKETS, 100, dtype=np.int64)[0]]))
    assert np.isnan(found[0]).all()
    assert found[1] == pytest.approx([1.02**100] * 3, rel=0.01)


def test_answers_count_in_their_second(figures: Figures) -> None:
    figures.add([read(0, ago=2), read(1, ago=1.001), read(2, ago=1), read(3, ago=0.001), read(4, ago=0)])
    assert last(figures, 3).predicted.tolist() == [0, 2, 2]
    assert last(figures, 3).ends.tolist() == [NOW - 2, NOW - 1, NOW]
    assert figures.past(NOW, 1, 3).predicted.tolist() == [4]


def test_answers_may_come_in_any_order_and_be_asked_for_in_between(figures: Figures) -> None:
    for offset, ago in enumerate((1, 5, 3, 5)):
        figures.add([read(offset, ago)])
        last(figures, 5)
    assert last(figures, 5).predicted.tolist() == [2, 0, 1, 0, 1]


def test_what_is_too_old_or_from_a_wrong_clock_is_left_out(figures: Figures) -> None:
    figures.add([read(0, ago=1), read(1, ago=LENGTH + 1), read(2, ago=-MARGIN - 1)])
    assert figures.past(NOW, 1, SECONDS).predicted.tolist() == [1]


def test_a_second_makes_room_for_the_one_that_takes_its_place() -> None:
    time = [NOW - LENGTH]
    figures = Figures("drawings", clock=lambda: time[0])
    figures.add([read(0, ago=LENGTH + 1, batch_size=9), refused(1, "crowded", ago=LENGTH + 1)])
    assert figures.past(NOW - LENGTH, 1, 1).predicted.tolist() == [1]
    time[0] = NOW
    figures.add([read(2, ago=1, batch_size=2)])
    past = last(figures, 1)
    assert (past.predicted.tolist(), past.largest.tolist(), past.reasons) == ([1], [2], {})
    assert past.furthest[0].tolist() == [2]


def test_a_repeated_answer_counts_once(figures: Figures) -> None:
    figures.add([read(5, ago=3), read(5, ago=2), refused(6, "crowded", ago=2)])
    figures.add([read(5, ago=1), refused(6, "crowded", ago=1)])
    assert last(figures, 3).predicted.tolist() == [1, 0, 0]
    assert last(figures, 3).reasons["crowded"].tolist() == [0, 1, 0]


def test_the_same_offset_of_another_partition_or_of_a_topic_made_anew_is_no_repeat(figures: Figures) -> None:
    figures.add([read(5), read(5, partition=1)])
    last(figures, 1)
    figures.add([read(5, name="another drawing")])
    assert last(figures, 1).predicted.tolist() == [3]


def test_what_an_answer_does_not_tell_is_not_known(figures: Figures) -> None:
    figures.add([read(), read()])
    past = last(figures, 1)
    assert past.predicted.tolist() == [2]
    assert (past.right + past.wrong).tolist() == [0]
    assert np.isnan(past.batch).all()
    assert past.largest.tolist() == [-1]
    assert past.furthest == {}
    assert figures.unplaced
    figures.add([read(1)])
    last(figures, 1)
    assert not figures.unplaced


def test_labels_make_accuracy(figures: Figures) -> None:
    figures.add([read(0, label="7"), read(1, label="1"), read(2, label="7"), read(3, label=None)])
    past = last(figures, 1)
    assert (past.right.tolist(), past.wrong.tolist(), figures.labelled) == ([2], [1], 3)


def test_latencies_are_from_submitting_to_the_answers_own_time(figures: Figures) -> None:
    figures.add([read(0, latency_ms=100), read(1, latency_ms=100), read(2, ago=2, latency_ms=1_000)])
    past = last(figures, 3)
    assert past.latencies[2] == pytest.approx([100] * 3, rel=0.02)
    assert past.latencies[1] == pytest.approx([1_000] * 3, rel=0.02)
    assert np.isnan(past.latencies[0]).all()
    assert past.overall[0] == pytest.approx(100, rel=0.02)


def test_times_of_a_senders_wrong_clock_are_no_latencies(figures: Figures) -> None:
    figures.add([read(0, latency_ms=-5_000), read(1, latency_ms=NOW * 1_000)])
    assert last(figures, 1).predicted.tolist() == [2]
    assert np.isnan(last(figures, 1).overall).all()


def test_a_batch_counts_once_however_many_drawings_tell_of_it(figures: Figures) -> None:
    figures.add([read(offset, batch_size=3) for offset in range(3)] + [read(3, batch_size=1)])
    assert last(figures, 1).batch == pytest.approx([2.0])
    assert last(figures, 1).largest.tolist() == [3]


def test_there_is_an_end_to_reasons(figures: Figures) -> None:
    figures.add([refused(number, f"reason-{number}") for number in range(MOST_REASONS + 3)])
    reasons = last(figures, 1).reasons
    assert len(reasons) == MOST_REASONS + 1
    assert reasons[OTHER_REASONS].tolist() == [3]


def test_the_furthest_drawing_answered_never_goes_back(figures: Figures) -> None:
    figures.add([read(10, ago=100), read(20, ago=4), read(12, ago=2), refused(25, "crowded", ago=1)])
    figures.add([read(99, topic="others"), refused(99, "crowded", topic="others")])
    assert last(figures, 5).furthest[0].tolist() == [10, 20, 20, 20, 25]
    assert figures.past(NOW, 1, 4).furthest[0].tolist() == [25]


def test_known_is_what_came_after_the_start_or_after_the_oldest_answer_that_was_given() -> None:
    figures = Figures("drawings", clock=lambda: NOW - 3.5)
    assert last(figures, 5).known.tolist() == [False, False, True, True, True]
    figures.add([read(0, ago=5)])
    assert last(figures, 5).known.tolist() == [False, True, True, True, True]
