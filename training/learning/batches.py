"""An epoch's examples as batches: in an order and with changes that follow from the seed and the epoch alone."""

from collections.abc import Callable, Iterator
from multiprocessing.pool import ThreadPool
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from training.examples.example import Examples
from training.learning.augmentation import augmented
from training.learning.cluster import Place

EpochExamples = Callable[[int], Examples]
"""The rasters of an epoch, the same for the same number: it is called in a thread, and again when a run goes on."""


def made_ahead(examples: EpochExamples, epochs: range) -> Iterator[tuple[int, Examples]]:
    """Each epoch's number and examples, which are made while the epoch before is learnt from."""
    with ThreadPool(1) as maker:
        pending = [maker.apply_async(examples, (epoch,)) for epoch in epochs[:1]]
        for epoch in epochs:
            made = pending.pop().get()
            pending += [
                maker.apply_async(examples, (following,)) for following in epochs[epochs.index(epoch) + 1 :][:1]
            ]
            yield epoch, made


def steps_of(examples: Examples, batch_size: int) -> int:
    """How many batches an epoch has: whole ones, or a smaller one if there is no whole one."""
    return max(len(examples.labels) // batch_size, 1)


def batches(examples: Examples, batch_size: int, seed: int, epoch: int, here: Place) -> tf.data.Dataset:
    """This worker's share of each batch: float32 rasters (n, 28, 28), shuffled and augmented; uint8 labels (n,)."""
    order = np.random.default_rng((seed, epoch)).permutation(len(examples.labels))

    def shares() -> Iterator[tuple[NDArray[Any], ...]]:
        for step in range(steps_of(examples, batch_size)):
            chosen = order[step * batch_size : (step + 1) * batch_size][here.number :: here.workers]
            yield tuple(column[chosen] for column in examples)

    # The augmentation's random operations take their seeds from TensorFlow's global one when they are traced.
    tf.random.set_seed(seed_of(seed, epoch, here.number))
    labels, freedom = tf.TensorSpec((None,), tf.uint8), tf.TensorSpec((None,), tf.float32)
    form = (tf.TensorSpec((None, 28, 28), tf.uint8), labels, freedom)
    return tf.data.Dataset.from_generator(shares, output_signature=form).map(_augmented).prefetch(4)


def seed_of(*parts: int) -> int:
    """A seed that another choice of parts hardly has: 31 bits."""
    return int(np.random.SeedSequence(parts).generate_state(1)[0] >> 1)


def _augmented(rasters: tf.Tensor, labels: tf.Tensor, freedom: tf.Tensor) -> tuple[Any, tf.Tensor]:
    return augmented(rasters, freedom), labels
