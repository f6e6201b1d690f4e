from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.mnist import LabelledRasters
from pipeline.recognition.classifier import NO_DIGIT
from training.examples.drawings import Drawing, Handwriting, page, scan, scrawl, tiny
from training.examples.strokes import PenDigit

PEN = [PenDigit(1, [np.array([[0.0, 0.0], [5.0, 80.0]])]), PenDigit(7, [np.array([[0.0, 0], [60, 0], [20, 90]])])]
Maker = Callable[[Handwriting, np.random.Generator], Drawing]


@pytest.fixture(scope="module")
def hands(digits: LabelledRasters) -> Handwriting:
    return Handwriting(digits, PEN)


def drawn(maker: Maker, hands: Handwriting, count: int, seed: int = 0) -> list[Drawing]:
    random = np.random.default_rng(seed)
    return [maker(hands, random) for _ in range(count)]


def labels_of(drawings: list[Drawing]) -> NDArray[np.uint8]:
    return np.concatenate([labels for _, labels in drawings])


@pytest.mark.parametrize("maker", [page, scrawl, tiny, scan])
def test_each_raster_has_a_label(maker: Maker, hands: Handwriting) -> None:
    for rasters, labels in drawn(maker, hands, 30):
        assert (rasters.shape, rasters.dtype) == ((len(labels), 28, 28), np.uint8)
        assert labels.dtype == np.uint8
        assert labels.max(initial=0) <= NO_DIGIT
        assert rasters.max(axis=(1, 2)).min(initial=255) > 100


@pytest.mark.parametrize("maker", [page, scrawl, tiny, scan])
def test_a_drawing_depends_on_the_seed_alone(maker: Maker, hands: Handwriting) -> None:
    one, other = drawn(maker, hands, 5, 7), drawn(maker, hands, 5, 7)

    assert [rasters.tobytes() for rasters, _ in one] == [rasters.tobytes() for rasters, _ in other]
    assert labels_of(one).tobytes() != labels_of(drawn(maker, hands, 5, 8)).tobytes() or maker is scrawl


def test_pages_hold_all_digits_and_a_good_share_of_what_is_none(hands: Handwriting) -> None:
    labels = labels_of(drawn(page, hands, 150))

    assert set(labels) == {*range(10), NO_DIGIT}
    assert 0.2 < np.mean(labels == NO_DIGIT) < 0.6


def test_most_pages_hold_one_digit_and_some_several_but_no_more_than_asked_for(hands: Handwriting) -> None:
    random = np.random.default_rng(0)

    counts = [len({*page(hands, random, longest=3)[1]} - {NO_DIGIT}) for _ in range(80)]

    assert 2 <= max(counts) <= 3
    assert 0.6 < np.mean(np.array(counts) <= 1) < 0.95


def test_a_scrawl_holds_no_digit(hands: Handwriting) -> None:
    labels = labels_of(drawn(scrawl, hands, 40))

    assert len(labels) > 30
    assert set(labels) == {NO_DIGIT}


@pytest.mark.parametrize("maker", [tiny, scan])
def test_small_digits_keep_their_labels(maker: Maker, digits: LabelledRasters) -> None:
    two = LabelledRasters(digits.rasters[[0, 1]], digits.labels[[0, 1]])
    assert two.labels.tolist() == [0, 1]

    drawings = drawn(maker, Handwriting(two, []), 100)

    assert {len(rasters) for rasters, _ in drawings} == {1}
    assert len({*labels_of(drawings)}) > 8  # not MNIST's alone
    zeros_and_ones = [drawing for drawing in drawings if drawing[1][0] < 2]
    hollow = np.array([rasters[0, 13:15, 13:15].mean() < 128 for rasters, _ in zeros_and_ones])
    assert np.mean(hollow == (labels_of(zeros_and_ones) == 0)) > 0.85


def test_without_pen_strokes_there_are_pages_too(digits: LabelledRasters) -> None:
    assert len(labels_of(drawn(page, Handwriting(digits, []), 20))) > 15
