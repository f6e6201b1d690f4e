"""A network that learns batch by batch, alone or as one replica of several, and the running average of its weights."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from training.learning import objective
from training.learning.cluster import Place

WEIGHT_DECAY = 1e-2
CHECKED_AT_ONCE = 512


class Learner:
    """Network, optimiser and average; every number they hold can be read and put back.

    Keras's own ``fit`` does not work with ``MultiWorkerMirroredStrategy``
    (https://github.com/keras-team/keras/issues/20585); its layers and optimisers do within ``Strategy.run``.

    ``averaging`` is the decay per step of the exponential moving average of the weights, batch normalisation's
    statistics included; 0 makes the average the weights themselves.
    """

    def __init__(
        self,
        make: Callable[[], keras.Model],
        batch_size: int,
        averaging: float,
        here: Place,
        spread: tf.distribute.Strategy,
    ) -> None:
        self._batch_size, self._averaging, self._here, self._spread = batch_size, averaging, here, spread
        with spread.scope():
            self._network = make()
            self._optimizer = keras.optimizers.AdamW(weight_decay=WEIGHT_DECAY)
            self._optimizer.build(self._network.trainable_variables)
            self._weights = [weight.value for weight in self._network.weights]
            self._average = [tf.Variable(weight, trainable=False) for weight in self._weights]
        self._reader = make()
        self._step = tf.function(self._on_all_replicas, reduce_retracing=True)
        self._check = tf.function(self._figures_of_average, reduce_retracing=True)

    def learn(self, rasters: tf.Tensor, labels: tf.Tensor, rate: float) -> objective.Figures:
        """Take one step on this process's share of a batch, and return the figures of that share.

        Rasters are (n, 28, 28), 0 to 255; labels uint8 (n,). The step is that of the whole batch.
        """
        self._optimizer.learning_rate = rate
        figures = [self._spread.experimental_local_results(part) for part in self._step(rasters, labels)]
        return objective.Figures(*(tf.add_n(part) for part in figures))

    def start_random_streams(self, seed: int) -> None:
        """Let dropout and the like go on from ``seed``, whatever came before."""
        for number, variable in enumerate(self._network.non_trainable_variables):
            if "seed_generator" in variable.path:
                variable.assign(np.array([seed, number], variable.dtype))

    def averaged(self) -> keras.Model:
        """The network with averaged weights; the same object each time."""
        self._reader.set_weights([_value(weight) for weight in self._average])
        return self._reader

    def checked(self, rasters: NDArray[np.uint8], labels: NDArray[np.uint8]) -> objective.Figures:
        """How the averaged network reads rasters uint8 (n, 28, 28)."""
        self.averaged()
        starts = range(0, len(labels), CHECKED_AT_ONCE)
        parts = [slice(start, start + CHECKED_AT_ONCE) for start in starts]
        return objective.Figures(*np.sum([self._check(rasters[part], labels[part]) for part in parts], axis=0))

    def state(self) -> list[NDArray[Any]]:
        """Every number that decides what is learnt from here on."""
        return [_value(variable) for variable in self._variables()]

    def restore(self, state: list[NDArray[Any]]) -> None:
        """Put back what ``state`` returned."""
        for variable, value in zip(self._variables(), state, strict=True):
            variable.assign(value)

    def _variables(self) -> list[Any]:
        return [*self._network.variables, *self._optimizer.variables, *self._average]

    def _on_all_replicas(self, rasters: tf.Tensor, labels: tf.Tensor) -> objective.Figures:
        figures: objective.Figures = self._spread.run(self._on_one, args=(rasters, labels))
        return figures

    def _on_one(self, rasters: tf.Tensor, labels: tf.Tensor) -> objective.Figures:
        rasters, labels = self._share(rasters), self._share(labels)
        with tf.GradientTape() as tape:
            outputs = self._network(rasters, training=True)
            losses = objective.losses(labels, outputs)
            loss = tf.reduce_sum(losses) / self._batch_size  # the optimiser adds up all replicas' gradients
        variables = self._network.trainable_variables
        self._optimizer.apply(tape.gradient(loss, [variable.value for variable in variables]), variables)
        self._move_average()
        return objective.figures(labels, outputs, losses)

    def _figures_of_average(self, rasters: tf.Tensor, labels: tf.Tensor) -> objective.Figures:
        outputs = self._reader(rasters, training=False)
        return objective.figures(labels, outputs, objective.losses(labels, outputs))

    def _share(self, examples: tf.Tensor) -> tf.Tensor:
        """This replica's part of what its process was given."""
        replicas = self._spread.num_replicas_in_sync // self._here.workers
        if replicas == 1:
            return examples
        number = tf.distribute.get_replica_context().replica_id_in_sync_group
        return examples[number - self._here.number * replicas :: replicas]

    def _move_average(self) -> None:
        """At first a plain mean: the decay rises to its full value as steps add up."""
        steps = tf.cast(self._optimizer.iterations.value, tf.float32)
        decay = tf.minimum(self._averaging, (1 + steps) / (10 + steps))
        for average, weight in zip(self._average, self._weights, strict=True):
            average.assign(weight + decay * (average - weight))


def _value(variable: Any) -> NDArray[Any]:
    return np.asarray(variable.numpy())
