from collections.abc import Callable

import numpy as np
import pytest

from training.examples.strokes import Strokes
from training.examples.synthesis.curve import lengths
from training.examples.synthesis.scribbles import KINDS, synthetic_scribble

LONGEST_DIGIT = 2.6
"""Length of an 8 by its height."""


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_of_a_digits_size_and_longer_than_any(kind: Callable[[np.random.Generator], Strokes]) -> None:
    for seed in range(100):
        strokes = kind(np.random.default_rng(seed))
        points = np.concatenate(strokes)
        wide, tall = np.ptp(points, axis=0)
        assert np.isfinite(points).all()
        assert 0.2 < tall < 2.5
        assert 0.1 < wide < 5
        assert sum(lengths(stroke)[-1] for stroke in strokes) > LONGEST_DIGIT * min(tall, wide)


def test_all_kinds_come() -> None:
    random = np.random.default_rng(0)

    strokes = [synthetic_scribble(random) for _ in range(200)]

    assert len({len(scribble) for scribble in strokes}) >= 6
    assert len({np.concatenate(scribble).tobytes() for scribble in strokes}) == 200
