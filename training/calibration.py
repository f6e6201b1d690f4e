"""How far confidences can be believed, and the temperature that mends them (Guo et al. 2017, arXiv:1706.04599)."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.special import softmax

BINS = 15
"""As in the paper; each is as wide as the others."""
COLDEST, HOTTEST = 0.05, 20.0
"""Temperatures between which the best one is looked for."""
DOUBTED = 0.5
"""Answers less sure than this say that it is hardly a digit at all, which no temperature changes."""

Floats = NDArray[np.float64]


class Reliability(NamedTuple):
    """For each bin of confidence, from 0 to 1: how many answers (n,), their mean confidence, the share that is right.

    The means of an empty bin are 0.
    """

    counts: NDArray[np.int64]
    confidence: Floats
    accuracy: Floats


def reliability(confidence: ArrayLike, right: ArrayLike, bins: int = BINS) -> Reliability:
    """Answers sorted into bins of equal width by their confidence; a border belongs to the bin below it."""
    confidences = np.asarray(confidence, np.float64)
    places = np.clip(np.ceil(confidences * bins).astype(int) - 1, 0, bins - 1)
    counts = np.bincount(places, minlength=bins)
    columns = (confidences, np.asarray(right, np.float64))
    means = [np.bincount(places, column, minlength=bins) / np.maximum(counts, 1) for column in columns]
    return Reliability(counts, *means)


def expected_calibration_error(confidence: ArrayLike, right: ArrayLike, bins: int = BINS) -> float:
    """Mean gap between confidence and accuracy over the bins, weighed by their answers; 0 for no answer at all.

    ``confidence`` (n,) is from 0 to 1, ``right`` (n,) says which answers are.
    """
    table = reliability(confidence, right, bins)
    gaps = np.abs(table.confidence - table.accuracy)
    return float(table.counts @ gaps / max(table.counts.sum(), 1))


def logits_of(probabilities: ArrayLike) -> Floats:
    """Logits (n, classes) that softmax turns into these probabilities; zeros become the smallest float32."""
    return np.asarray(np.log(np.maximum(np.asarray(probabilities, np.float64), np.finfo(np.float32).tiny)))


def balancing_temperature(read: Callable[[float], ArrayLike], labels: ArrayLike) -> float:
    """The temperature at which answers are as sure, on the mean, as they are right; those in doubt do not count.

    ``read`` gives the probabilities (n, classes) at a temperature, with all that is made of the network's outputs on
    their way; the labels (n,) must be held out. Over 1: the network is surer than it should be. Maximum likelihood, as
    in the paper, leaves it timid: a few wrong labels weigh more there than all answers that are right. And where some
    digits are taken for none, all others would have to be much too sure to make up for it on the mean.
    """
    columns = np.asarray(labels, np.intp)

    def gap(log_temperature: float) -> float:
        probabilities = np.asarray(read(float(np.exp(log_temperature))), np.float64)
        confidence = probabilities.max(axis=1)
        counted = confidence >= DOUBTED
        right = np.count_nonzero((probabilities.argmax(axis=1) == columns) & counted)
        share = (right + 1) / (np.count_nonzero(counted) + 2)  # the rule of succession: nothing is always right
        return float(confidence[counted].mean() - share) if counted.any() else -share

    low, high = np.log(COLDEST), np.log(HOTTEST)
    if gap(low) <= 0 or gap(high) >= 0:
        return COLDEST if gap(low) <= 0 else HOTTEST
    return float(np.exp(brentq(gap, low, high, xtol=1e-3)))


def tempered(probabilities: ArrayLike, temperature: float) -> Floats:
    """The probabilities (n, classes) that the network gives once its logits are divided by ``temperature``."""
    return np.asarray(softmax(logits_of(probabilities) / temperature, axis=1))
