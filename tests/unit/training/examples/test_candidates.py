import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from pipeline.recognition.classifier import NO_DIGIT
from pipeline.recognition.lattice import digit_of
from training.examples.candidates import labelled_candidates
from training.examples.composition import NO_DIGIT as SCRAWL
from training.examples.composition import Page, compose
from training.examples.synthesis.digit import synthetic_digit
from training.examples.synthesis.writer import any_writer

Layer = NDArray[np.uint8]
Box = tuple[int, int, int, int]


def layer(*rings: Box, bars: tuple[Box, ...] = ()) -> Layer:
    """Ink of rings and bars on a page of 120 by 400 pixels."""
    image = Image.new("L", (400, 120))
    for box in rings:
        ImageDraw.Draw(image).ellipse(box, outline=255, width=8)
    for box in bars:
        ImageDraw.Draw(image).rectangle(box, fill=255)
    return np.asarray(image)


NOUGHT = layer((20, 20, 80, 100))
NEXT_NOUGHT = layer((77, 20, 137, 100))
ONE = layer(bars=((110, 20, 118, 100),))
FOUR = layer(bars=((200, 20, 207, 70), (200, 63, 255, 70), (262, 20, 269, 100)))
"""In two strokes, the second apart."""
JOINED = layer(bars=((300, 20, 307, 70), (300, 63, 360, 70), (353, 20, 360, 100)))
"""A 4 in one stroke."""


def page(*layers: Layer, dirt: Layer | None = None) -> Page:
    inked = np.maximum.reduce([*layers, *([] if dirt is None else [dirt])])
    return Page(255 - inked, "", list(layers))


def likeness(raster: NDArray[np.uint8], ink: Layer) -> float:
    return float(np.corrcoef(raster.ravel(), digit_of(255 - ink).ravel())[0, 1])


def held_by(candidates: tuple[NDArray[np.uint8], NDArray[np.uint8]], ink: Layer) -> set[int]:
    """What is said of the candidates that look like this ink."""
    rasters, labels = candidates
    return {int(label) for raster, label in zip(rasters, labels, strict=True) if likeness(raster, ink) > 0.99}


def test_whole_digits_are_what_they_are_and_unions_of_two_are_none() -> None:
    candidates = labelled_candidates(page(NOUGHT, ONE), [0, 1])

    assert held_by(candidates, NOUGHT) == {0}
    assert held_by(candidates, ONE) == {1}
    assert held_by(candidates, np.maximum(NOUGHT, ONE)) == {NO_DIGIT}
    assert set(candidates[1].tolist()) == {0, 1, NO_DIGIT}


def test_a_digit_in_two_strokes_is_one_only_as_a_whole() -> None:
    candidates = labelled_candidates(page(NOUGHT, FOUR), [0, 4])
    angle = FOUR.copy()
    angle[:, 260:] = 0

    assert held_by(candidates, FOUR) == {4}
    assert held_by(candidates, angle) == {NO_DIGIT}


def test_half_a_digit_is_none() -> None:
    rasters, labels = labelled_candidates(page(JOINED), [4])

    whole = np.array([likeness(raster, JOINED) > 0.99 for raster in rasters])
    assert labels[whole].tolist() == [4]
    assert NO_DIGIT in labels[~whole]
    assert {likeness(raster, JOINED) > 0.8 for raster in rasters[labels == NO_DIGIT]} == {False}


def test_digits_that_touch_are_told_apart() -> None:
    rasters, labels = labelled_candidates(page(NOUGHT, NEXT_NOUGHT), [0, 6])

    for digit, ink in ((0, NOUGHT), (6, NEXT_NOUGHT)):
        assert max(likeness(raster, ink) for raster in rasters[labels == digit]) > 0.93
    assert held_by((rasters, labels), np.maximum(NOUGHT, NEXT_NOUGHT)) == {NO_DIGIT}


def test_a_part_that_looks_like_a_1_is_not_said_to_be_none() -> None:
    upright = FOUR.copy()
    upright[:, :260] = 0

    assert held_by(labelled_candidates(page(FOUR), [4]), upright) == set()


def test_dirt_beside_a_digit_makes_it_none_and_alone_is_none() -> None:
    smudge = layer(bars=((150, 40, 190, 90),))
    candidates = labelled_candidates(page(NOUGHT, dirt=smudge), [0])

    assert held_by(candidates, NOUGHT) == {0}
    assert held_by(candidates, smudge) == {NO_DIGIT}
    assert held_by(candidates, np.maximum(NOUGHT, smudge)) == {NO_DIGIT}


def test_in_a_scrawl_nothing_is_a_digit() -> None:
    rasters, labels = labelled_candidates(page(JOINED), [NO_DIGIT])

    assert len(rasters) > 1
    assert set(labels) == {NO_DIGIT}


def test_a_page_that_cannot_be_read_has_no_candidates() -> None:
    rasters, labels = labelled_candidates(page(np.zeros((120, 400), np.uint8)), [0])

    assert (rasters.shape, labels.shape) == ((0, 28, 28), (0,))
    assert (rasters.dtype, labels.dtype) == (np.uint8, np.uint8)


@pytest.mark.parametrize("shrink", [1, 4])
def test_size_does_not_matter(shrink: int) -> None:
    small = [np.asarray(Image.fromarray(ink).reduce(shrink)) for ink in (NOUGHT, ONE)]

    _, labels = labelled_candidates(page(*small), [0, 1])

    assert {0, 1, NO_DIGIT} == set(labels)


def composed(seed: int) -> tuple[Page, list[int]]:
    random = np.random.default_rng(seed)
    labels = random.integers(0, 10, int(random.integers(1, 5))).tolist()
    writer = any_writer(random)
    return compose([(label, synthetic_digit(label, writer, random)) for label in labels], random), labels


def test_nearly_each_digit_of_composed_pages_is_among_its_candidates_and_looks_like_its_layer() -> None:
    found, alike = [], []
    for seed in range(60):
        drawn, labels = composed(seed)
        rasters, held = labelled_candidates(drawn, labels)
        assert (rasters.shape, rasters.dtype, held.dtype) == ((len(held), 28, 28), np.uint8, np.uint8)
        assert set(held) <= {*labels, NO_DIGIT}
        for label, ink in zip(labels, drawn.layers, strict=True):
            likenesses = [likeness(raster, ink) for raster in rasters[held == label]]
            found.append(bool(likenesses))
            alike += [max(likenesses)] if likenesses else []

    assert np.mean(found) > 0.9
    assert np.mean(np.array(alike) > 0.75) > 0.9


def test_in_composed_pages_hardly_any_whole_digit_is_called_none() -> None:
    none = []
    for seed in range(60):
        drawn, labels = composed(seed)
        rasters, held = labelled_candidates(drawn, labels)
        none += [max(likeness(raster, ink) for ink in drawn.layers) for raster in rasters[held == NO_DIGIT]]

    assert len(none) > 100
    assert np.mean(np.array(none) > 0.97) < 0.04


def test_a_composed_scrawl_beside_digits_is_none() -> None:
    zigzag = [np.array([[0.0, 0.0], [0.8, 0.1], [0.1, 0.4], [0.9, 0.6], [0.0, 1.0]])]
    seen = set()
    for seed in range(10):
        drawn = compose([(SCRAWL, zigzag)], np.random.default_rng(seed))
        seen |= set(labelled_candidates(drawn, [NO_DIGIT])[1].tolist())

    assert seen == {NO_DIGIT}
