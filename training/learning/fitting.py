"""Fit a network to rasters that may be made anew for each epoch; a run that was cut short goes on where it was."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import keras
import numpy as np
from rich.progress import Progress

from pipeline.mnist import LabelledRasters
from training.examples.example import Examples
from training.learning import objective
from training.learning.batches import EpochExamples, batches, made_ahead, seed_of, steps_of
from training.learning.checkpointing import Checkpoint, Checkpoints, Epoch
from training.learning.cluster import LOST_PEER, PeerLostError, as_the_chief_has_them, place, strategy, summed
from training.learning.learner import Learner
from training.learning.network import trainable_network
from training.progress import bar

FASTEST, TUNING = 2e-3, 5e-4
"""The learning rate at its height, from random weights or from trained ones.

It is reached after a tenth of all steps; it starts and ends at a thirtieth of that.
"""
WARM_UP, SLOWEST = 0.1, 1 / 30
AVERAGING = 0.999


@dataclass(frozen=True)
class Plan:
    """All that decides what is learnt.

    ``data`` names what the examples are made from and what is gone on from, such as a hash of it.
    """

    epochs: int
    batch_size: int
    seed: int
    averaging: float = AVERAGING
    data: str = ""
    fastest: float = FASTEST


class Fit(NamedTuple):
    """The trained network with its averaged weights, and each epoch's figures (the chief's alone are whole)."""

    network: keras.Model
    history: list[Epoch]


def fitted(
    examples: EpochExamples,
    validation: LabelledRasters,
    plan: Plan,
    folder: Path | None = None,
    make: Callable[[], keras.Model] = trainable_network,
) -> Fit:
    """Train the network that ``make`` makes; the same on the same machine for the same arguments.

    With a ``folder``, the run's state is kept there after each epoch, and a run of the same plan goes on from it. In a
    process that ``TF_CONFIG`` makes one of several workers, each takes its share of every batch; all must call this.

    Raises:
        PeerLostError: another worker has died; the same call in all workers goes on from the last whole epoch.
    """
    run = _Run(validation, plan, folder, make)
    try:
        run.resume()
        return run.finish(examples)
    except LOST_PEER as problem:
        if run.here.workers == 1:
            raise
        message = f"Worker {run.here.number} of {run.here.workers} has lost another one. Start all again: they go on."
        raise PeerLostError(message) from problem


def learning_rate(done: float, fastest: float = FASTEST) -> float:
    """The learning rate when a share of ``done``, 0 to 1, of all steps is taken: a straight rise, then a cosine."""
    if done < WARM_UP:
        return fastest * (SLOWEST + (1 - SLOWEST) * done / WARM_UP)
    fall = (1 + np.cos(np.pi * (done - WARM_UP) / (1 - WARM_UP))) / 2
    return float(fastest * (SLOWEST + (1 - SLOWEST) * fall))


class _Run:
    """One training, from wherever it stands to its end."""

    def __init__(
        self, validation: LabelledRasters, plan: Plan, folder: Path | None, make: Callable[[], keras.Model]
    ) -> None:
        keras.utils.set_random_seed(plan.seed)
        self.here = place()
        self._validation, self._plan = validation, plan
        self._spread = strategy(self.here)
        self._learner = Learner(make, plan.batch_size, plan.averaging, self.here, self._spread)
        self._history: list[Epoch] = []
        shapes = [list(array.shape) for array in self._learner.state()]
        self._checkpoints = Checkpoints(folder, asdict(plan) | {"network": shapes}) if folder else None

    def resume(self) -> None:
        """Put every worker where the chief's checkpoint is; only the chief needs to have the file."""
        found = self._checkpoints.newest() if self._checkpoints and self.here.is_chief else None
        state, self._history = found or Checkpoint(self._learner.state(), [])
        epochs, *state = as_the_chief_has_them([np.array(len(self._history)), *state], self.here, self._spread)
        self._learner.restore(state)
        self._history += [{} for _ in range(int(epochs) - len(self._history))]

    def finish(self, examples: EpochExamples) -> Fit:
        """Learn from the epochs that are left."""
        with bar(shown=self.here.is_chief) as shown:
            for epoch, rasters in made_ahead(examples, range(len(self._history), self._plan.epochs)):
                self._history.append(self._learnt(rasters, epoch, shown))
                if self.here.is_chief:
                    self._conclude(shown)
        return Fit(self._learner.averaged(), self._history)

    def _learnt(self, examples: Examples, epoch: int, shown: Progress) -> Epoch:
        """Learn from an epoch's examples once; the figures of all workers together."""
        plan, started, steps = self._plan, time.perf_counter(), steps_of(examples, self._plan.batch_size)
        task = shown.add_task(f"Epoch {epoch + 1} of {plan.epochs}", total=steps, visible=True)
        self._learner.start_random_streams(seed_of(plan.seed, epoch))
        sums = []
        for step, (rasters, labels) in enumerate(batches(examples, plan.batch_size, plan.seed, epoch, self.here)):
            rate = learning_rate((epoch + step / steps) / plan.epochs, plan.fastest)
            sums.append(self._learner.learn(rasters, labels, rate))
            shown.advance(task)
        shown.remove_task(task)
        (total,) = summed([np.asarray(np.sum(sums, axis=0, dtype=np.float64))], self.here, self._spread)
        figures = _means(objective.Figures(*total))
        return figures | {"learning_rate": rate, "seconds": round(time.perf_counter() - started, 2)}

    def _conclude(self, shown: Progress) -> None:
        """Check what is learnt so far, say it, keep it."""
        if len(self._validation.labels):
            checked = _means(self._learner.checked(*self._validation))
            self._history[-1] |= {f"validation_{name}": value for name, value in checked.items()}
        figures = "  ".join(f"{name} {value:.4g}" for name, value in self._history[-1].items())
        shown.console.print(f"Epoch {len(self._history)}/{self._plan.epochs}  {figures}", soft_wrap=True)
        if self._checkpoints:
            self._checkpoints.save(Checkpoint(self._learner.state(), self._history))


def _means(figures: objective.Figures) -> Epoch:
    return {
        "loss": float(figures.loss / figures.examples),
        "accuracy": float(figures.right / figures.examples),
    }
