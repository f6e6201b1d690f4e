"""The CNN, as it is trained and as it ships."""

from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from numpy.typing import NDArray

from pipeline.mnist import LabelledRasters
from pipeline.recognition.classifier import CLASSES, NO_DIGIT, Classifier
from pipeline.recognition.normalise import RASTER
from training.calibration import balancing_temperature, tempered

Weights = NDArray[np.float32]
FEATURES = 128
DROPOUT = 0.3


def trainable_network() -> keras.Sequential:
    """A CNN from uint8 rasters (n, 28, 28) to probabilities (n, 11), with what only training needs."""
    return keras.Sequential(_layers(normalising=True, dropout=True), name="digits")


def tunable_network(shipped: keras.Model) -> keras.Sequential:
    """A network that goes on learning from where a shipped one is: batch normalisation stays folded.

    Raises:
        ValueError: it is a network of another form.
    """
    network = keras.Sequential(_layers(normalising=False, dropout=True), name="digits")
    weights = shipped.get_weights()
    if [array.shape for array in weights] != [tuple(weight.shape) for weight in network.trainable_weights]:
        raise ValueError("The model to go on from is none that training.train has made")
    for weight, array in zip(network.trainable_weights, weights, strict=True):
        weight.assign(array)
    return network


def shipped_network(trained: keras.Sequential) -> keras.Sequential:
    """The same function without dropout, and with batch normalisation folded into the convolutions before it.

    Its initial weights are zeros, which each version of Keras knows by the same name.
    """
    shipped = keras.Sequential(_layers(normalising=False, dropout=False), name="digits")
    weights: list[Weights] = []
    for layer in trained.layers:
        if isinstance(layer, layers.BatchNormalization):
            weights += _folded(weights.pop(), layer)
        else:
            weights += layer.get_weights()
    shipped.set_weights(weights)
    return shipped


def calibrated(shipped: keras.Sequential, held_out: LabelledRasters) -> keras.Sequential:
    """The network with a temperature folded into its last layer: how sure it is is then how often it is right.

    That is, how sure the stream is of single digits, after its second looks.
    """

    def read(temperature: float) -> Any:
        classifier = Classifier("", lambda rasters: tempered(shipped(rasters), temperature).astype(np.float32))
        return classifier.scores(held_out.rasters)[:, :NO_DIGIT]

    temperature = balancing_temperature(read, held_out.labels)
    last = shipped.layers[-1]
    last.set_weights([weights / np.float32(temperature) for weights in last.get_weights()])
    return shipped


def plain_network() -> keras.Sequential:
    """The yardstick for speed: two convolutions of 32 and 64 channels and 128 features, as in many a tutorial."""
    features = [layers.Conv2D(32, 3, activation="relu"), layers.MaxPooling2D()]
    features += [layers.Conv2D(64, 3, activation="relu"), layers.MaxPooling2D()]
    head = [layers.Flatten(), layers.Dense(FEATURES, activation="relu"), layers.Dense(10, activation="softmax")]
    return keras.Sequential([*_scaling(), *features, *head], name="plain")


def _layers(normalising: bool, dropout: bool) -> list[keras.Layer]:
    """The first convolution halves the raster at once: this makes the others cheap, and costs no accuracy."""
    initial = "he_normal" if normalising else "zeros"
    return [
        *_scaling(),
        *_convolution(normalising, filters=32, kernel_size=5, strides=2),
        *_convolution(normalising, filters=64, kernel_size=3),
        layers.MaxPooling2D(),
        *_convolution(normalising, filters=96, kernel_size=3, padding="same"),
        *_convolution(normalising, filters=96, kernel_size=3),
        layers.Flatten(),
        *([layers.Dropout(DROPOUT)] if dropout else []),
        layers.Dense(FEATURES, activation="relu", kernel_initializer=initial),
        layers.Dense(CLASSES, activation="softmax", kernel_initializer=initial),
    ]


def _scaling() -> list[keras.Layer]:
    return [keras.Input(RASTER, dtype="uint8", name="rasters"), layers.Rescaling(1 / 255), layers.Reshape((*RASTER, 1))]


def _convolution(normalising: bool, **shape: Any) -> list[keras.Layer]:
    if not normalising:
        return [layers.Conv2D(**shape, activation="relu", kernel_initializer="zeros")]
    convolution = layers.Conv2D(**shape, use_bias=False, kernel_initializer="he_normal")
    return [convolution, FusedBatchNormalization(), layers.ReLU()]


class FusedBatchNormalization(layers.BatchNormalization):
    """Keras's own, by TensorFlow's one operation for it: Keras makes a dozen of it, and steps take a third longer."""

    def call(self, inputs: tf.Tensor, training: bool | None = None, mask: None = None) -> tf.Tensor:
        """Inputs normalised by their batch (in training) or by the averages of all batches."""
        if not training:
            return super().call(inputs, training=training, mask=mask)
        outputs, *moments = tf.compat.v1.nn.fused_batch_norm(
            inputs, self.gamma, self.beta, epsilon=self.epsilon, is_training=True
        )
        for average, moment in zip((self.moving_mean, self.moving_variance), moments, strict=True):
            average.assign(average * self.momentum + moment * (1 - self.momentum))
        return outputs


def _folded(kernel: Weights, norm: layers.BatchNormalization) -> list[Weights]:
    """Kernel and bias of the convolution that equals ``kernel``'s followed by ``norm``."""
    gamma, beta, mean, variance = norm.get_weights()
    scale = gamma / np.sqrt(variance + norm.epsilon)
    return [kernel * scale, beta - mean * scale]
