"""How fast a CNN is on this machine, next to a plain one."""

import time
from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

BATCH = 512
ROUNDS = 30


def relative_throughput(model: keras.Model, yardstick: keras.Model) -> tuple[float, float]:
    """Images per second that ``model`` reads in batches of 512, and that as a share of what ``yardstick`` does.

    The two take turns, and each one's fastest turn counts, so that other work on the machine weighs little.
    """
    batch = tf.constant(np.random.default_rng(0).integers(0, 256, (BATCH, 28, 28), np.uint8))
    calls = [tf.function(model, autograph=False), tf.function(yardstick, autograph=False)]
    turns = [[_seconds(call, batch) for call in calls] for _ in range(ROUNDS)]
    ours, theirs = np.min(turns, axis=0)
    return BATCH / float(ours), float(theirs / ours)


def _seconds(call: Callable[[tf.Tensor], tf.Tensor], batch: tf.Tensor) -> float:
    started = time.perf_counter()
    call(batch).numpy()
    return time.perf_counter() - started
