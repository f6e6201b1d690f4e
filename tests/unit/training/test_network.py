import keras
import numpy as np
import pytest

from training.network import plain_network, shipped_network, trainable_network
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


def test_what_only_training_needs_is_not_shipped() -> None:
    kinds = {type(layer) for layer in shipped_network(trainable_network()).layers}

    assert not kinds & {keras.layers.BatchNormalization, keras.layers.Dropout}
    assert sum(1 for layer in trainable_network().layers if isinstance(layer, keras.layers.Conv2D)) >= 2


@pytest.mark.parametrize("network", [trainable_network(), plain_network()])
def test_uint8_rasters_become_probabilities(network: keras.Sequential) -> None:
    probabilities = np.asarray(network(RASTERS))

    assert probabilities.shape == (20, 10)
    assert probabilities.sum(axis=1) == pytest.approx(np.ones(20), abs=1e-5)


def test_a_network_is_as_fast_as_itself() -> None:
    per_second, share = relative_throughput(plain_network(), plain_network())

    assert per_second > 100
    assert 0.3 < share < 3
