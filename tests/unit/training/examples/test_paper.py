import numpy as np

from training.examples.paper import NOISE, any_dirt, on_paper

INK = np.zeros((60, 90), np.uint8)
INK[20:40, 30:60] = 255


def test_paper_is_plain_noisy_or_unevenly_lit() -> None:
    random = np.random.default_rng(0)
    pages = [on_paper(INK, random) for _ in range(100)]

    assert {(page.shape, page.dtype) for page in pages} == {((60, 90), np.dtype(np.uint8))}
    grounds = np.array([page[INK == 0].std() for page in pages])
    assert 0.3 < (grounds == 0).mean() < 0.8
    assert grounds.max() > 8


def test_noise_is_normal() -> None:
    assert abs(NOISE.mean()) < 1e-6
    assert 0.95 < NOISE.std() < 1.05


def test_dirt_is_seldom_and_small() -> None:
    random = np.random.default_rng(0)
    dirt = [any_dirt([INK], 20, random) for _ in range(400)]

    found = [layers[0] for layers in dirt if layers]
    assert 0.1 < len(found) / 400 < 0.3
    assert all(layer.shape == INK.shape for layer in found)
    assert np.median([(layer > 0).mean() for layer in found]) < 0.02
