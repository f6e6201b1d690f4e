from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from pipeline.mnist import LabelledRasters
from pipeline.recognition.classifier import NO_DIGIT
from training.examples import mixture
from training.examples.drawings import Handwriting, page, scrawl, tiny
from training.examples.example import joined
from training.examples.mixture import AS_IT_IS, Drawn, made, training_examples
from training.examples.strokes import PenDigit

PEN = [PenDigit(1, [np.array([[0.0, 0.0], [5.0, 80.0]])]), PenDigit(7, [np.array([[0.0, 0], [60, 0], [20, 90]])])]


@pytest.fixture(scope="module")
def hands(digits: LabelledRasters) -> Handwriting:
    return Handwriting(LabelledRasters(digits.rasters[:40], digits.labels[:40]), PEN)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Made in this process, and few in each chunk: other processes take seconds to start."""
    monkeypatch.setattr(mixture, "CHUNK", 20)
    monkeypatch.setattr(
        mixture, "ProcessPoolExecutor", lambda _, __, keep, given: ThreadPoolExecutor(1, "", keep, given)
    )


@pytest.mark.usefixtures("at_once")
def test_mnist_is_learnt_as_it_is_and_then_drawings_of_all_kinds(
    hands: Handwriting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mixture, "DRAWINGS", {page: Drawn(2.0), scrawl: Drawn(0.5), tiny: Drawn(1.0, 0.25)})

    learnt = training_examples(hands, seed=1)

    as_it_is = AS_IT_IS * 40
    assert np.array_equal(learnt.rasters[:as_it_is], np.tile(hands.mnist.rasters, (AS_IT_IS, 1, 1)))
    assert np.array_equal(learnt.labels[:as_it_is], np.tile(hands.mnist.labels, AS_IT_IS))
    assert len(learnt.rasters) == len(learnt.labels) > as_it_is + 100
    assert set(learnt.labels[as_it_is:]) == {*range(10), NO_DIGIT}
    tiny_ones = 2 * mixture.CHUNK
    assert learnt.freedom[-tiny_ones:].tolist() == [0.25] * tiny_ones
    assert learnt.freedom[:-tiny_ones].tolist() == [1.0] * (len(learnt.labels) - tiny_ones)


@pytest.mark.usefixtures("at_once")
def test_the_same_seed_draws_the_same_and_another_does_not(hands: Handwriting) -> None:
    one, again, other = (made(hands, tiny, 20, seed) for seed in (3, 3, 4))

    assert np.array_equal(one.rasters, again.rasters)
    assert np.array_equal(one.labels, again.labels)
    assert not np.array_equal(one.rasters, other.rasters)


@pytest.mark.parametrize("processors", [1, 3])
def test_it_does_not_matter_how_many_processors_there_are(
    processors: int, hands: Handwriting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mixture, "cpu_count", lambda: processors)

    drawn = made(hands, tiny, 2 * mixture.CHUNK, 3)

    monkeypatch.setattr(mixture, "_hands", [hands])
    seeds = np.random.SeedSequence([3, *b"tiny"]).spawn(2)
    expected = joined([mixture._chunk(tiny, seed) for seed in seeds])
    assert np.array_equal(drawn.rasters, expected.rasters)
    assert np.array_equal(drawn.labels, expected.labels)


@pytest.mark.usefixtures("at_once")
def test_no_drawing_is_like_another(hands: Handwriting) -> None:
    scrawls = made(hands, scrawl, 100, 1)

    assert len({raster.tobytes() for raster in scrawls.rasters}) > 0.97 * len(scrawls.rasters) > 60


def test_parts_are_joined_in_their_order(digits: LabelledRasters) -> None:
    parts = [LabelledRasters(digits.rasters[place : place + 5], digits.labels[place : place + 5]) for place in (9, 0)]

    both = joined(parts)

    assert np.array_equal(both.rasters, digits.rasters[[*range(9, 14), *range(5)]])
    assert np.array_equal(both.labels, digits.labels[[*range(9, 14), *range(5)]])
