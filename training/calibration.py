"""How far confidences can be believed, and the temperature that mends them (Guo et al. 2017, arXiv:1706.04599)."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax

BINS = 15
"""As in the paper; each is as wide as the others."""
COLDEST, HOTTEST = 0.05, 20.0
"""Temperatures between which the best one is looked for."""

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


def fitted_temperature(logits: ArrayLike, labels: ArrayLike) -> float:
    """By what to divide ``logits`` (n, classes) so that the labels (n,), which must be held out, are likeliest.

    Over 1: the network is surer than it should be. For want of logits, ``logits_of(probabilities)`` does as well.
    """
    rows, columns = np.asarray(logits, np.float64), np.asarray(labels, np.intp)

    def loss(log_temperature: float) -> float:
        likelihoods = log_softmax(rows / np.exp(log_temperature), axis=1)
        return float(-likelihoods[np.arange(len(columns)), columns].mean())

    best = minimize_scalar(loss, bounds=(np.log(COLDEST), np.log(HOTTEST)), method="bounded")
    return float(np.exp(best.x))


def tempered(probabilities: ArrayLike, temperature: float) -> Floats:
    """The probabilities (n, classes) that the network gives once its logits are divided by ``temperature``."""
    return np.asarray(softmax(logits_of(probabilities) / temperature, axis=1))
