"""Where a training runs: this process's place among the workers, and how TensorFlow spreads a batch over them."""

import json
import os
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from pipeline.errors import InkstreamError
from training.learning.distributed import LOCAL
from training.progress import stderr

LOST_PEER = (
    tf.errors.UnavailableError,
    tf.errors.AbortedError,
    tf.errors.CancelledError,
    tf.errors.DeadlineExceededError,
    tf.errors.FailedPreconditionError,  # the peer has started again meanwhile
)


class PeerLostError(InkstreamError):
    """Another worker has died, or this one can no longer reach it."""


class Place(NamedTuple):
    """Which worker of how many this process is; the first is the chief, and the only one that writes or talks."""

    number: int = 0
    workers: int = 1

    @property
    def is_chief(self) -> bool:
        """Whether this process is the one that writes and talks."""
        return self.number == 0


def place() -> Place:
    """This process's place in the cluster that ``TF_CONFIG`` names; alone if there is none.

    Raises:
        InkstreamError: ``TF_CONFIG`` is not as TensorFlow documents it, or has roles other than chief and worker.
    """
    if not (text := os.environ.get("TF_CONFIG")):
        return Place()
    try:
        config = json.loads(text)
        cluster, task = config["cluster"], config["task"]
        members = [(role, number) for role in ("chief", "worker") for number in range(len(cluster.get(role, ())))]
        return Place(members.index((task["type"], int(task["index"]))), len(members))
    except (AttributeError, KeyError, TypeError, ValueError) as problem:
        wanted = '{"cluster": {"worker": ["host:port", …]}, "task": {"type": "worker", "index": 0}}'
        raise InkstreamError(f"TF_CONFIG={text} names no place among workers. Wanted: {wanted}") from problem


def strategy(here: Place) -> tf.distribute.Strategy:
    """How a batch is spread: over the cluster's workers, over this machine's GPUs, or not at all."""
    graphics = tf.config.list_physical_devices("GPU")
    for card in graphics:
        tf.config.experimental.set_memory_growth(card, True)
    if here.workers > 1:
        return _over_workers(here)
    return tf.distribute.MirroredStrategy() if len(graphics) > 1 else tf.distribute.get_strategy()


def _over_workers(here: Place) -> tf.distribute.Strategy:
    if here.is_chief:
        stderr.print(f"Waiting until all {here.workers} workers are there.")
    # NVIDIA's own communication refuses two workers on one card.
    ring = tf.distribute.experimental.CommunicationImplementation.RING
    options = tf.distribute.experimental.CommunicationOptions(implementation=ring) if LOCAL in os.environ else None
    return tf.distribute.MultiWorkerMirroredStrategy(communication_options=options)


def summed(arrays: list[NDArray[Any]], here: Place, spread: tf.distribute.Strategy) -> list[NDArray[Any]]:
    """The sum of all workers' arrays, on every worker; shapes and types must be the same on each."""
    if here.workers == 1:
        return arrays

    total = _adder(here.workers, spread)([tf.constant(array) for array in arrays])
    return [np.asarray(spread.experimental_local_results(each)[0]) for each in total]


@cache
def _adder(workers: int, spread: tf.distribute.Strategy) -> Any:
    def added(arrays: list[tf.Tensor]) -> list[tf.Tensor]:
        replica = tf.distribute.get_replica_context()
        speaks = tf.equal(replica.replica_id_in_sync_group % (spread.num_replicas_in_sync // workers), 0)
        mine = [array * tf.cast(speaks, array.dtype) for array in arrays]
        return [replica.all_reduce(tf.distribute.ReduceOp.SUM, array) for array in mine]

    return tf.function(lambda arrays: spread.run(added, args=(arrays,)), autograph=False)


def as_the_chief_has_them(
    arrays: list[NDArray[Any]], here: Place, spread: tf.distribute.Strategy
) -> list[NDArray[Any]]:
    """The chief's arrays, on every worker, whose own must have the same shapes and types."""
    return summed(arrays if here.is_chief else [np.zeros_like(array) for array in arrays], here, spread)
