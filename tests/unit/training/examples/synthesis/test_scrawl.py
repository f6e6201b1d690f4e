import numpy as np

from training.examples.synthesis.scrawl import synthetic_scrawl


def test_scrawls_are_strokes_of_a_sane_size() -> None:
    random = np.random.default_rng(0)

    for _ in range(300):
        strokes = synthetic_scrawl(random)
        points = np.concatenate(strokes)
        assert all(stroke.ndim == 2 and stroke.shape[1] == 2 and len(stroke) >= 2 for stroke in strokes)
        assert np.isfinite(points).all()
        assert np.ptp(points, axis=0).max() < 4


def test_they_are_of_many_kinds_and_depend_on_the_seed_alone() -> None:
    first, again = ([synthetic_scrawl(random) for _ in range(50)] for random in map(np.random.default_rng, (3, 3)))

    assert all(
        np.array_equal(np.concatenate(one), np.concatenate(same)) for one, same in zip(first, again, strict=True)
    )
    assert len({len(strokes) for strokes in first}) >= 4
