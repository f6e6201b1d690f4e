import numpy as np

from pipeline.mnist import LabelledRasters
from training.fitting import fitted


def test_the_same_seed_learns_the_same(digits: LabelledRasters) -> None:
    first, again = (fitted(digits, epochs=1, batch_size=50, seed=1).get_weights() for _ in range(2))

    assert all(np.array_equal(one, two) for one, two in zip(first, again, strict=True))


def test_it_learns(digits: LabelledRasters) -> None:
    model = fitted(digits, epochs=12, batch_size=20, seed=1)

    read = np.asarray(model(digits.rasters)).argmax(axis=1)
    assert np.mean(read == digits.labels) > 0.6
