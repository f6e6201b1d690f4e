from unittest.mock import patch

import numpy as np
import tensorflow as tf

from pipeline.mnist import LabelledRasters
from training.examples.example import Examples
from training.learning import batches as module
from training.learning.batches import batches, made_ahead, seed_of, steps_of
from training.learning.cluster import Place

NUMBERED = Examples.of(LabelledRasters(np.zeros((23, 28, 28), np.uint8), np.arange(23, dtype=np.uint8)))


ALONE = Place()


def labels(epoch: int, here: Place = ALONE) -> list[list[int]]:
    return [part.numpy().tolist() for _, part in batches(NUMBERED, 5, 1, epoch, here)]


def test_each_epoch_has_its_own_order() -> None:
    assert labels(0) == labels(0) != labels(1)
    assert [len(batch) for batch in labels(0)] == [5] * 4
    assert len({label for batch in labels(0) for label in batch}) == 20


def test_workers_share_each_batch() -> None:
    shares = [labels(2, Place(number, 3)) for number in range(3)]

    assert [len(share[0]) for share in shares] == [2, 2, 1]
    for step, whole in enumerate(labels(2)):
        assert sorted(label for share in shares for label in share[step]) == sorted(whole)


def test_the_augmentation_follows_from_seed_epoch_and_worker() -> None:
    def first(seed: int, epoch: int, here: Place) -> float:
        with patch.object(module, "augmented", lambda rasters, _: tf.random.uniform(tf.shape(rasters))):
            rasters, _ = next(iter(batches(NUMBERED, 4, seed, epoch, here)))
        return float(rasters[0, 0, 0])

    assert first(1, 1, Place()) == first(1, 1, Place())
    assert len({first(1, 1, Place()), first(2, 1, Place()), first(1, 2, Place()), first(1, 1, Place(1, 2))}) == 4


def test_each_example_is_changed_as_freely_as_it_may_be() -> None:
    examples = Examples(*NUMBERED[:2], NUMBERED.labels / np.float32(23))
    with patch.object(module, "augmented", lambda _, freedom: freedom):
        freedom, labels = next(iter(batches(examples, 23, 1, 0, ALONE)))

    assert np.array_equal(freedom, labels.numpy() / np.float32(23))


def test_a_few_examples_are_one_small_batch() -> None:
    assert steps_of(NUMBERED, 100) == 1
    assert [len(part) for _, part in batches(NUMBERED, 100, 1, 0, Place())] == [23]


def test_the_next_epoch_is_made_meanwhile_and_none_beyond_it() -> None:
    asked: list[int] = []

    def make(epoch: int) -> Examples:
        asked.append(epoch)
        return NUMBERED

    for epoch, _ in made_ahead(make, range(2, 5)):
        assert asked[0] == 2
        assert len(asked) <= epoch
    assert asked == [2, 3, 4]
    assert list(made_ahead(make, range(4, 4))) == []


def test_seeds_differ() -> None:
    assert len({seed_of(1, epoch, worker) for epoch in range(20) for worker in range(5)}) == 100
