import numpy as np
import pytest
import tensorflow as tf

from pipeline.recognition.classifier import NO_DIGIT
from training.learning.objective import LABEL_SMOOTHING, figures, losses, read

LABELS = np.array([3, 0, NO_DIGIT], np.uint8)


def outputs(*read_as: int, classes: int = 11) -> tf.Tensor:
    return tf.constant(np.eye(classes, dtype=np.float32)[list(read_as)] * 0.9 + 0.1 / classes)


def test_the_loss_is_the_cross_entropy_with_smoothed_labels() -> None:
    given = outputs(3, 5, 10)
    targets = np.eye(11)[LABELS] * (1 - LABEL_SMOOTHING) + LABEL_SMOOTHING / 11

    expected = -(targets * np.log(np.asarray(given))).sum(axis=1)

    assert np.asarray(losses(LABELS, given)) == pytest.approx(expected, rel=1e-5)


def test_a_network_of_ten_outputs_learns_next_to_nothing_from_what_is_no_digit() -> None:
    each = np.asarray(losses(LABELS, outputs(3, 0, 1, classes=10)))

    assert each.shape == (3,)
    assert np.isfinite(each).all()


def test_figures_are_sums() -> None:
    given = outputs(3, 5, 10)

    counted = figures(LABELS, given, tf.constant([1.0, 2.0, 4.0]))

    assert [float(part) for part in counted] == [7.0, 2.0, 3.0]
    assert np.asarray(read(given)).tolist() == [3, 5, 10]
