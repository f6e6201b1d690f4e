import numpy as np
import pytest
from scipy import ndimage
from sklearn.datasets import load_digits

from training.examples.composition import NO_DIGIT, Page, compose
from training.examples.layout import any_spacing
from training.examples.strokes import Pen, Strokes

ONE = [np.array([[0.0, 0.0], [0.0, 9.0]])]
SEVEN = [np.array([[0.0, 0.0], [5.0, 0.0], [2.0, 9.0]])]
RING = [np.stack([np.cos(np.linspace(0, 6.3, 40)), np.sin(np.linspace(0, 6.3, 40)) * 1.5], axis=1)]
SHAPES: list[Strokes] = [RING, ONE, RING, RING, RING, RING, RING, SEVEN, RING, RING]


def page(seed: int, count: int | None = None) -> Page:
    random = np.random.default_rng(seed)
    labels = random.integers(0, 10, count or int(random.integers(1, 11))).tolist()
    return compose([(label, SHAPES[label]) for label in labels], random)


@pytest.mark.parametrize("seed", range(40))
def test_a_page_and_the_layers_of_its_digits_fit_each_other(seed: int) -> None:
    drawn = page(seed)

    assert drawn.grey.dtype == np.uint8
    assert len(drawn.layers) == len(drawn.number)
    assert {layer.shape for layer in drawn.layers} == {drawn.grey.shape}
    assert drawn.grey.shape[1] <= 1600
    assert all(layer.dtype == np.uint8 and layer.max() > 100 for layer in drawn.layers)


@pytest.mark.parametrize("seed", range(40))
def test_digits_stand_in_the_number_s_order(seed: int) -> None:
    drawn = page(seed, 6)

    middles = [np.flatnonzero(layer.any(axis=0))[[0, -1]].mean() for layer in drawn.layers]
    assert (np.diff(middles) > 0).all()


def test_a_page_without_dirt_is_the_maximum_of_its_layers() -> None:
    plain = [drawn for drawn in map(page, range(60)) if is_plain(drawn)]

    assert len(plain) > 15


def is_plain(drawn: Page) -> bool:
    return np.array_equal(255 - drawn.grey, np.maximum.reduce(drawn.layers))


def test_ink_shows_on_any_paper() -> None:
    for seed in range(60):
        drawn = page(seed)
        inked = np.maximum.reduce(drawn.layers)
        assert abs(np.median(drawn.grey[inked > 200]) - np.median(drawn.grey[inked == 0])) > 25


def test_pages_are_dark_on_light_or_light_on_dark_and_of_many_sizes() -> None:
    pages = list(map(page, range(80)))

    assert 0.03 < np.mean([np.median(drawn.grey) < 128 for drawn in pages]) < 0.3
    assert min(drawn.grey.shape[0] for drawn in pages) < 64
    assert max(drawn.grey.shape[1] for drawn in pages) > 800


def test_some_neighbours_touch_but_never_hide_each_other() -> None:
    pairs = [pair for seed in range(60) for pair in zip(page(seed).layers, page(seed).layers[1:], strict=False)]

    touching = [(ndimage.maximum_filter(one, 3) >= 64) & (other >= 64) for one, other in pairs]
    assert 0.08 < np.mean([both.any() for both in touching]) < 0.3
    shared = [((one >= 128) & (other >= 128)).sum() / (other >= 128).sum() for one, other in pairs]
    assert np.quantile(shared, 0.98) < 0.35


def test_a_page_depends_on_the_seed_alone() -> None:
    assert np.array_equal(page(5).grey, page(5).grey)
    assert page(5).grey.shape != page(6).grey.shape


def test_the_pen_and_the_height_are_as_asked() -> None:
    random = np.random.default_rng(0)

    widths, heights = zip(
        *(
            (layer[len(layer) // 2 - 2 : len(layer) // 2 + 2].sum(axis=1).max() / 255, layer.any(axis=1).sum())
            for layer in (tall(compose([(1, ONE)], random, Pen(0.1), 200).layers[0]) for _ in range(20))
        ),
        strict=True,
    )

    assert np.median(widths) == pytest.approx(20, abs=2)
    assert np.median(heights) == pytest.approx(220, rel=0.1)


def tall(layer: np.ndarray) -> np.ndarray:
    return layer[np.flatnonzero(layer.any(axis=1))]


def test_rasters_are_pasted_as_tall_as_asked() -> None:
    random = np.random.default_rng(1)
    real = load_digits()
    rasters = (real.images[:4] * 15).astype(np.uint8)
    shown = list(zip(real.target[:4].tolist(), rasters, strict=True))

    drawn = compose(shown, random, height=100)

    assert drawn.number == "0123"
    assert all(70 < layer.any(axis=1).sum() < 130 for layer in drawn.layers)


def test_a_scrawl_has_a_layer_but_is_no_part_of_the_number() -> None:
    drawn = compose([(1, ONE), (NO_DIGIT, RING), (7, SEVEN)], np.random.default_rng(0))

    assert (drawn.number, len(drawn.layers)) == ("17", 3)


def test_a_dash_is_not_blown_up_to_a_digit_s_height() -> None:
    dash = [np.array([[3.0, 3.0], [3.05, 3.0]])]

    drawn = compose([(NO_DIGIT, dash)], np.random.default_rng(0), Pen(0.1), 100)

    assert 11 < drawn.layers[0].any(axis=0).sum() < 20


def test_people_space_their_digits_in_different_ways() -> None:
    random = np.random.default_rng(0)

    spacings = [any_spacing(random) for _ in range(200)]

    assert {spacing.tight for spacing in spacings} == {True, False}
    assert max(spacing.gap for spacing in spacings) > 0.7
