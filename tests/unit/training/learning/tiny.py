"""A network that learns within seconds, and what it learns from."""

from contextlib import nullcontext
from pathlib import Path
from unittest.mock import patch

import keras
import numpy as np
import tensorflow as tf

from pipeline.mnist import LabelledRasters
from training.examples.example import Examples
from training.learning import batches
from training.learning.fitting import Fit, Plan, fitted


def bars(epoch: int) -> Examples:
    """Bars whose place is the label: easily learnt."""
    random = np.random.default_rng(epoch)
    labels = random.integers(0, 10, 240).astype(np.uint8)
    rasters = random.integers(0, 60, (240, 28, 28), np.uint8)
    for raster, label in zip(rasters, labels, strict=True):
        raster[:, 4 + 2 * label : 6 + 2 * label] = 255
    return Examples.of(LabelledRasters(rasters, labels))


def tiny_network() -> keras.Model:
    layers = [keras.layers.Dense(16), keras.layers.BatchNormalization(), keras.layers.Dropout(0.1)]
    return _network(*layers)


def plain_network() -> keras.Model:
    return _network(keras.layers.Dense(16, activation="relu"))


def fitted_tiny(
    examples: batches.EpochExamples, folder: Path | None = None, plan: Plan | None = None, plain: bool = False
) -> Fit:
    """``plain`` leaves out all that is random or looks at a whole batch: then any split gives the same."""
    validation = LabelledRasters(bars(99).rasters[:100], bars(99).labels[:100])
    unchanged = patch.object(batches, "augmented", lambda rasters, _: tf.cast(rasters, tf.float32))
    with unchanged if plain else nullcontext():
        network = plain_network if plain else tiny_network
        return fitted(examples, validation, plan or Plan(4, 40, 3, averaging=0.9), folder, network)


def _network(*layers: keras.Layer) -> keras.Model:
    scaled = [keras.Input((28, 28), dtype="uint8"), keras.layers.Rescaling(1 / 255), keras.layers.Flatten()]
    return keras.Sequential([*scaled, *layers, keras.layers.Dense(10, activation="softmax")])
