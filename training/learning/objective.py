"""What training makes small, and what it counts meanwhile: the one place that knows labels and the network's outputs.

Labels are uint8 (n,): 0 to 9, or 10 for what is no digit. Outputs are float32 (n, 10) or (n, 11): probabilities of
these. A network of ten outputs learns next to nothing from what is no digit: its target is no class.
"""

from typing import Any, NamedTuple

import keras
import tensorflow as tf

LABEL_SMOOTHING = 0.03


class Figures(NamedTuple):
    """Sums over examples, so that those of several batches or workers may be added."""

    loss: Any
    right: Any
    examples: Any


def losses(labels: tf.Tensor, outputs: tf.Tensor) -> tf.Tensor:
    """Each example's loss, float32 (n,): cross-entropy with smoothed labels."""
    targets = tf.one_hot(labels, outputs.shape[-1])
    return keras.losses.categorical_crossentropy(targets, outputs, label_smoothing=LABEL_SMOOTHING)


def figures(labels: tf.Tensor, outputs: tf.Tensor, each_loss: tf.Tensor) -> Figures:
    """What a batch adds to the figures of its epoch, each a float32 scalar."""
    right = read(outputs) == tf.cast(labels, tf.int32)
    return Figures(
        tf.reduce_sum(each_loss), tf.reduce_sum(tf.cast(right, tf.float32)), tf.cast(tf.shape(labels)[0], tf.float32)
    )


def read(outputs: tf.Tensor) -> tf.Tensor:
    """The label that each output tells: int32 (n,)."""
    return tf.argmax(outputs, axis=-1, output_type=tf.int32)
