from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.messages import Box
from pipeline.recognition.classifier import NO_DIGIT
from pipeline.recognition.lattice import Lattice
from pipeline.recognition.path import _searched, best_path

Span = tuple[int, int]


def lattice(spans: Sequence[Span], **others: Sequence[float]) -> Lattice:
    """A lattice with these candidates; what is not said of them is as plain as can be."""
    count, pieces = len(spans), max(end for _, end in spans)

    def given(name: str, size: int, usual: float) -> NDArray[np.float32]:
        return np.array(others.get(name, np.full(size, usual)), np.float32)

    return Lattice(
        np.zeros((count, 28, 28), np.uint8),
        np.array(spans, np.int16),
        [
            cast(Box, (first, 0, int(width), 100))
            for (first, _), width in zip(spans, given("widths", count, 50), strict=True)
        ],
        given("gaps", count, 0),
        given("heights", count, 1),
        given("cuts", pieces, 0),
        given("overlaps", pieces, 0),
        given("sizes", pieces, 1),
    )


def scores(*rows: tuple[int, float]) -> NDArray[np.float32]:
    """Each candidate is one class with this probability, or else, as likely as not, no digit or any."""
    table = np.empty((len(rows), NO_DIGIT + 1), np.float32)
    for row, (digit, probability) in zip(table, rows, strict=True):
        row[:] = (1 - probability) / NO_DIGIT
        row[digit] = probability
    return table


def partitions(spans: Sequence[Span], place: int, pieces: int) -> Iterator[list[int | None]]:
    """All ways from a place to the last piece: candidates, and None for each piece that is left out."""
    if place == pieces:
        yield []
        return
    for rest in partitions(spans, place + 1, pieces):
        yield [None, *rest]
    for candidate, (first, end) in enumerate(spans):
        if first == place:
            for rest in partitions(spans, end, pieces):
                yield [candidate, *rest]


def worth(way: Sequence[int | None], spans: Sequence[Span], values: Sequence[float], skips: Sequence[float]) -> float:
    place, total = 0, 0.0
    for step in way:
        total += skips[place] if step is None else values[step]
        place = place + 1 if step is None else spans[step][1]
    return total


def random_spans(random: np.random.Generator) -> tuple[list[Span], int]:
    """Each piece alone, and some of the longer runs, in any order."""
    pieces = int(random.integers(1, 7))
    runs = [(first, end) for first in range(pieces) for end in range(first + 1, pieces + 1)]
    spans = [(first, end) for first, end in runs if end == first + 1 or random.random() < 0.6]
    return [spans[place] for place in random.permutation(len(spans))], pieces


@pytest.mark.parametrize("seed", range(300))
def test_no_way_through_the_lattice_is_worth_more_than_the_one_found(seed: int) -> None:
    random = np.random.default_rng(seed)
    spans, pieces = random_spans(random)
    values = random.normal(-3, 3, len(spans)).tolist()
    skips = random.normal(random.choice([-6, -2, 0, 2]), 2, pieces).tolist()

    path = _searched([list(span) for span in spans], values, skips)

    ways = [way for way in partitions(spans, 0, pieces) if any(step is not None for step in way)]
    best = max(ways, key=lambda way: worth(way, spans, values, skips))
    assert path == [step for step in best if step is not None]


@pytest.mark.parametrize("seed", range(50))
def test_any_scores_give_digits_from_left_to_right_that_share_no_piece(seed: int) -> None:
    random = np.random.default_rng(seed)
    spans, pieces = random_spans(random)
    sharpness = random.choice([0.01, 1.0, 100.0])
    any_scores = random.dirichlet(np.full(11, sharpness), len(spans)).astype(np.float32)

    path = best_path(lattice(spans, sizes=random.random(pieces).tolist()), any_scores)

    assert path
    assert all(spans[one][1] <= spans[other][0] for one, other in pairwise(path))


@pytest.mark.parametrize("pieces", [1, 2, 5])
def test_even_where_nothing_looks_like_a_digit_one_is_read(pieces: int) -> None:
    spans = [(piece, piece + 1) for piece in range(pieces)]
    hopeless = np.zeros((pieces, 11), np.float32)
    hopeless[:, NO_DIGIT] = 1
    hopeless[pieces // 2, 4] = 1e-6

    assert best_path(lattice(spans, sizes=[0.01] * pieces), hopeless) == [pieces // 2]


def test_impossible_scores_are_no_trouble() -> None:
    spans = [(0, 1), (1, 2), (0, 2)]

    assert best_path(lattice(spans), np.zeros((3, 11), np.float32))
    assert best_path(lattice(spans), np.ones((3, 11), np.float32))


def test_of_equal_ways_one_is_taken_each_time() -> None:
    even = np.full((6, 11), 1 / 11, np.float32)
    spans = [(0, 1), (1, 2), (2, 3), (0, 2), (1, 3), (0, 3)]

    assert best_path(lattice(spans), even) == best_path(lattice(spans), even) == [5]


def test_a_single_candidate_is_read_whatever_it_is() -> None:
    assert best_path(lattice([(0, 1)]), scores((NO_DIGIT, 1.0))) == [0]


def test_what_lies_above_each_other_is_rather_one_digit_than_two() -> None:
    spans = [(0, 1), (1, 2), (0, 2)]
    two_rings = scores((0, 0.99), (0, 0.99), (8, 0.5))

    assert best_path(lattice(spans), two_rings) == [0, 1]
    assert best_path(lattice(spans, overlaps=[0, 0.4]), two_rings) == [0, 1]
    assert best_path(lattice(spans, overlaps=[0, 1]), two_rings) == [2]


@pytest.mark.parametrize("seed", range(20))
def test_the_order_in_which_candidates_are_given_does_not_matter(seed: int) -> None:
    random = np.random.default_rng(seed)
    spans = [(first, end) for first in range(5) for end in range(first + 1, 6)]
    any_scores = random.dirichlet([*[0.02] * 10, 0.3], len(spans)).astype(np.float32)
    pieces = {"sizes": (random.random(5) / 2).tolist(), "cuts": random.random(5).tolist()}
    order = random.permutation(len(spans))

    path = best_path(lattice(spans, **pieces), any_scores)
    shuffled = best_path(lattice([spans[place] for place in order], **pieces), any_scores[order])

    assert [order[place] for place in shuffled] == path


PAIR = [(0, 1), (1, 2), (0, 2)]


def test_two_halves_that_are_none_make_one_digit_and_two_digits_no_third() -> None:
    assert best_path(lattice(PAIR), scores((NO_DIGIT, 0.9), (NO_DIGIT, 0.9), (4, 0.9))) == [2]
    assert best_path(lattice(PAIR), scores((1, 0.9), (7, 0.9), (NO_DIGIT, 0.9))) == [0, 1]


def test_the_more_blank_is_in_it_the_less_it_is_one_digit() -> None:
    doubtful = scores((1, 0.6), (1, 0.6), (4, 0.5))

    assert best_path(lattice(PAIR, gaps=[0, 0, 0.0]), doubtful) == [2]
    assert best_path(lattice(PAIR, gaps=[0, 0, 0.6]), doubtful) == [0, 1]


def test_what_must_be_cut_is_less_likely_two() -> None:
    doubtful = scores((1, 0.6), (1, 0.6), (0, 0.3))

    assert best_path(lattice(PAIR, cuts=[0, 0.0]), doubtful) == [0, 1]
    assert best_path(lattice(PAIR, cuts=[0, 1.5]), doubtful) == [2]


def test_what_is_wider_than_high_is_less_likely_one_digit() -> None:
    spans, doubtful = [(0, 2), (0, 1), (1, 2)], scores((3, 0.6), (1, 0.75), (5, 0.6))

    assert best_path(lattice(spans, widths=[80, 40, 40]), doubtful) == [0]
    assert best_path(lattice(spans, widths=[130, 65, 65]), doubtful) == [1, 2]


def test_a_small_thing_that_is_none_is_left_out_and_a_large_one_less_so() -> None:
    comma = scores((3, 0.95), (NO_DIGIT, 0.6), (NO_DIGIT, 0.95))

    assert best_path(lattice(PAIR, sizes=[1, 0.1], heights=[1, 0.1, 1]), comma) == [0]
    assert best_path(lattice(PAIR, sizes=[1, 1]), comma) == [0, 1]


def test_what_is_left_out_is_the_right_piece_in_whatever_order_candidates_are_given() -> None:
    shuffled = lattice([(2, 3), (0, 1), (1, 2)], sizes=[1, 0.1, 1])

    assert best_path(shuffled, scores((3, 0.95), (7, 0.95), (NO_DIGIT, 0.9))) == [1, 0]


def test_a_digit_lower_than_the_others_is_less_likely_one() -> None:
    dot = scores((3, 0.95), (NO_DIGIT, 0.3), (NO_DIGIT, 0.95))

    assert best_path(lattice(PAIR, sizes=[1, 0.2], heights=[1, 1, 1]), dot) == [0, 1]
    assert best_path(lattice(PAIR, sizes=[1, 0.2], heights=[1, 0.2, 1]), dot) == [0]
