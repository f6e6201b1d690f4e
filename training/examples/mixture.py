"""What the CNN learns from: MNIST as it is, and drawings of all kinds as the stream's own preprocessing sees them."""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from os import cpu_count

import numpy as np

from pipeline.mnist import LabelledRasters
from training.examples.drawings import Handwriting, Maker, page, scan, scrawl, tiny
from training.progress import tracked

DRAWINGS: dict[Maker, float] = {page: 0.8, scrawl: 0.07, tiny: 1.6, scan: 0.6}
"""What is drawn besides MNIST's digits, and how many for each of these."""
AS_IT_IS = 2
"""Times that MNIST itself is among the examples."""
CHUNK = 250
"""Drawings made at once, by one process and from one seed."""


def training_examples(hands: Handwriting, seed: int) -> LabelledRasters:
    """All that the CNN learns from, not yet shuffled."""
    count = len(hands.mnist.labels)
    drawn = [made(hands, maker, round(count * share), seed) for maker, share in DRAWINGS.items()]
    return joined([hands.mnist] * AS_IT_IS + drawn)


def made(hands: Handwriting, maker: Maker, count: int, seed: int) -> LabelledRasters:
    """The examples in about ``count`` drawings; the same for the same arguments, however many processors there are."""
    seeds = np.random.SeedSequence([seed, *maker.__name__.encode()]).spawn(-(-count // CHUNK))
    with ProcessPoolExecutor(cpu_count(), get_context("spawn"), _keep, (hands,)) as processes:
        chunks = processes.map(partial(_chunk, maker), seeds)
        return joined([next(chunks) for _ in tracked(seeds, f"Drawing: {maker.__name__}")])


def joined(parts: Sequence[LabelledRasters]) -> LabelledRasters:
    """All examples of the parts, in their order."""
    return LabelledRasters(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


_hands: list[Handwriting] = []


def _keep(hands: Handwriting) -> None:
    _hands[:] = [hands]


def _chunk(maker: Maker, seed: np.random.SeedSequence) -> LabelledRasters:
    random = np.random.default_rng(seed)
    drawings = [maker(_hands[0], random) for _ in range(CHUNK)]
    return joined([LabelledRasters(*drawing) for drawing in drawings])
