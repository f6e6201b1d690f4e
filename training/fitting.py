"""Fit the CNN to labelled rasters."""

from typing import Any

import keras
import tensorflow as tf

from pipeline.mnist import LabelledRasters
from training.augmentation import augmented
from training.network import shipped_network, trainable_network
from training.progress import bar

FASTEST = 3e-3
"""The learning rate at its height, after a tenth of all steps; then it falls, as a cosine does, to a thirtieth."""
WEIGHT_DECAY = 1e-2
LABEL_SMOOTHING = 0.03


def fitted(examples: LabelledRasters, epochs: int, batch_size: int, seed: int) -> keras.Sequential:
    """The CNN, trained and ready to ship; the same on the same machine for the same arguments."""
    keras.utils.set_random_seed(seed)
    network = trainable_network()
    network.compile(
        keras.optimizers.AdamW(_learning_rate(epochs * (len(examples.labels) // batch_size)), WEIGHT_DECAY),
        keras.losses.CategoricalCrossentropy(label_smoothing=LABEL_SMOOTHING),
        metrics=["accuracy"],
    )
    batches = _batches(examples, batch_size, seed)
    network.fit(batches, epochs=epochs, shuffle=False, verbose=0, callbacks=[EpochBar()])
    return shipped_network(network)


def _learning_rate(steps: int) -> keras.optimizers.schedules.CosineDecay:
    warm_up = steps // 10
    start = FASTEST / 30
    return keras.optimizers.schedules.CosineDecay(start, steps - warm_up, warmup_target=FASTEST, warmup_steps=warm_up)


def _batches(examples: LabelledRasters, batch_size: int, seed: int) -> tf.data.Dataset:
    shuffled = tf.data.Dataset.from_tensor_slices(tuple(examples)).shuffle(len(examples.labels), seed=seed)
    batches = shuffled.batch(batch_size, drop_remainder=True)
    return batches.map(lambda rasters, labels: (augmented(rasters), tf.one_hot(labels, 10))).prefetch(4)


class EpochBar(keras.callbacks.Callback):
    """Shows how many of all steps are done, and each epoch's figures when it is over."""

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:  # noqa: ARG002
        """Show the bar."""
        self._bar = bar()
        self._bar.start()
        self._task = self._bar.add_task("Training", total=self.params["epochs"] * self.params["steps"])

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:  # noqa: ARG002
        """Move it on."""
        self._bar.advance(self._task)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Print the epoch's figures above it."""
        figures = "  ".join(f"{name} {value:.4f}" for name, value in (logs or {}).items())
        self._bar.console.print(f"Epoch {epoch + 1}/{self.params['epochs']}  {figures}")

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:  # noqa: ARG002
        """Leave the bar as it is."""
        self._bar.stop()
