import keras
import numpy as np
import pytest

from pipeline.mnist import LabelledRasters
from pipeline.recognition.classifier import NO_DIGIT, Classifier
from pipeline.settings import settings
from training.calibration import DOUBTED
from training.learning.network import calibrated, plain_network, shipped_network, trainable_network, tunable_network
from training.throughput import relative_throughput

RASTERS = np.random.default_rng(0).integers(0, 256, (20, 28, 28), np.uint8)


def trained_looking_network() -> keras.Sequential:
    random, network = np.random.default_rng(1), trainable_network()
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.set_weights([random.uniform(0.5, 1.5, weight.shape) for weight in layer.get_weights()])
    return network


def test_the_shipped_network_is_the_trained_one() -> None:
    trained = trained_looking_network()

    shipped = shipped_network(trained)

    expected = trained(RASTERS, training=False)
    assert np.asarray(shipped(RASTERS)) == pytest.approx(np.asarray(expected), abs=1e-5)
    assert np.ptp(np.asarray(expected), axis=0).max() > 1e-3


def test_a_network_to_tune_is_the_shipped_one_and_can_learn() -> None:
    shipped = shipped_network(trained_looking_network())

    tunable = tunable_network(shipped)

    expected = np.asarray(shipped(RASTERS))
    assert np.asarray(tunable(RASTERS, training=False)) == pytest.approx(expected, abs=1e-6)
    assert np.asarray(tunable(RASTERS, training=True)) != pytest.approx(expected, abs=1e-6)
    assert np.asarray(shipped_network(tunable)(RASTERS)) == pytest.approx(expected, abs=1e-6)


def test_a_network_of_another_form_cannot_be_tuned() -> None:
    with pytest.raises(ValueError, match=r"none that training\.train has made"):
        tunable_network(plain_network())


def test_what_only_training_needs_is_not_shipped() -> None:
    kinds = {type(layer) for layer in shipped_network(trainable_network()).layers}

    assert not kinds & {keras.layers.BatchNormalization, keras.layers.Dropout}
    assert sum(1 for layer in trainable_network().layers if isinstance(layer, keras.layers.Conv2D)) >= 2


@pytest.mark.parametrize(("network", "classes"), [(trainable_network(), 11), (plain_network(), 10)])
def test_uint8_rasters_become_probabilities(network: keras.Sequential, classes: int) -> None:
    probabilities = np.asarray(network(RASTERS))

    assert probabilities.shape == (20, classes)
    assert probabilities.sum(axis=1) == pytest.approx(np.ones(20), abs=1e-5)


@pytest.mark.parametrize("factor", [0.3, 3.0])
def test_calibration_makes_a_network_as_sure_as_it_is_right(factor: float, digits: LabelledRasters) -> None:
    network = keras.models.load_model(settings().model_path, compile=False)
    last = network.layers[-1]
    last.set_weights([weights * factor for weights in last.get_weights()])  # timid, or too sure of itself
    before = np.asarray(network(digits.rasters)).argmax(axis=1)

    calibrated(network, digits)

    assert np.array_equal(np.asarray(network(digits.rasters)).argmax(axis=1), before)
    scores = Classifier("", lambda rasters: np.asarray(network(rasters))).scores(digits.rasters)[:, :NO_DIGIT]
    sure = scores.max(axis=1) >= DOUBTED
    right = np.mean((scores.argmax(axis=1) == digits.labels)[sure])
    assert scores[sure].max(axis=1).mean() == pytest.approx(right, abs=0.01)


def test_a_network_is_as_fast_as_itself() -> None:
    per_second, share = relative_throughput(plain_network(), plain_network())

    assert per_second > 100
    assert 0.3 < share < 3
