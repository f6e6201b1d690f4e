"""What the CNN learns from: MNIST as it is, and drawings of all kinds as the stream's own preprocessing sees them."""

from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from os import cpu_count
from typing import NamedTuple

import numpy as np

from pipeline.mnist import LabelledRasters
from training.examples.drawings import Handwriting, Maker, page, scan, scrawl, tiny
from training.examples.example import Examples, joined
from training.progress import tracked


class Drawn(NamedTuple):
    """How many drawings of a kind there are for each of MNIST's digits, and how freely they may be changed."""

    share: float
    freedom: float = 1.0


DRAWINGS: dict[Maker, Drawn] = {page: Drawn(0.9), scrawl: Drawn(0.2), tiny: Drawn(2.3, 0.3), scan: Drawn(0.6, 0.6)}
"""What is drawn besides MNIST's digits."""
AS_IT_IS = 2
"""Times that MNIST itself is among the examples."""
CHUNK = 250
"""Drawings made at once, by one process and from one seed."""


def training_examples(hands: Handwriting, seed: int) -> Examples:
    """All that the CNN learns from, not yet shuffled."""
    count = len(hands.mnist.labels)
    drawn = [
        Examples.of(made(hands, maker, round(count * share), seed), freedom)
        for maker, (share, freedom) in DRAWINGS.items()
    ]
    return joined([Examples.of(hands.mnist)] * AS_IT_IS + drawn)


def made(hands: Handwriting, maker: Maker, count: int, seed: int) -> LabelledRasters:
    """The examples in about ``count`` drawings; the same for the same arguments, however many processors there are."""
    seeds = np.random.SeedSequence([seed, *maker.__name__.encode()]).spawn(-(-count // CHUNK))
    with ProcessPoolExecutor(cpu_count(), get_context("spawn"), _keep, (hands,)) as processes:
        chunks = processes.map(partial(_chunk, maker), seeds)
        return joined([next(chunks) for _ in tracked(seeds, f"Drawing: {maker.__name__}")])


_hands: list[Handwriting] = []


def _keep(hands: Handwriting) -> None:
    _hands[:] = [hands]


def _chunk(maker: Maker, seed: np.random.SeedSequence) -> LabelledRasters:
    random = np.random.default_rng(seed)
    drawings = [maker(_hands[0], random) for _ in range(CHUNK)]
    return joined([LabelledRasters(*drawing) for drawing in drawings])
