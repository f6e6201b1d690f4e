"""Digits of drawings that people corrected: the ink that the stream saw, the labels that people gave."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from deltalake.exceptions import DeltaError

from pipeline.errors import InkstreamError
from pipeline.lakehouse.query import query
from pipeline.lakehouse.table import NoTableYetError
from pipeline.mnist import LabelledRasters
from training.examples.example import Examples, joined
from training.examples.sources import NONE, Sources
from training.progress import stderr

SHARE = 0.015
"""Of the other examples: so many corrected ones there are, if that is neither less than once nor over ``MOST`` each."""
MOST = 50
"""Times that a corrected digit is among the examples at most: a few drawings shall not be learnt by heart."""
NAMED = 10

# What was drawn under one id several times is the last of it, as its correction is.
CORRECTED = """
    SELECT drawing_id, c.number, p.ink FROM corrected c LEFT JOIN predictions p USING (drawing_id)
    QUALIFY row_number() OVER (PARTITION BY drawing_id ORDER BY p.predicted_at DESC, p.topic, p."offset" DESC) = 1
    ORDER BY drawing_id
"""


def corrected_digits(uri: str) -> LabelledRasters:
    """The digits of all corrected drawings in the lakehouse of which the table of predictions is at ``uri``.

    A drawing's digits are taken where its last correction has as many as the stream found, the others are named.

    Raises:
        InkstreamError: there is no lakehouse, or it cannot be read.
    """
    try:
        drawings = query(uri, CORRECTED).to_pylist()
    except (NoTableYetError, DeltaError) as error:
        raise InkstreamError(f"{error}. Name another one with --lakehouse, or leave that out.") from error
    if not drawings:
        stderr.print(f"Nobody has corrected a drawing in {uri} yet.", soft_wrap=True, markup=False)
    if left_out := [drawing["drawing_id"] for drawing in drawings if not _fits(drawing)]:
        _name(left_out, len(drawings))
    return joined([NONE, *(_labelled(drawing) for drawing in drawings if _fits(drawing))])


def with_corrected(sources: Sources, corrected: LabelledRasters) -> Sources:
    """The sources with these digits among them, and in their digest."""
    content = b"".join([bytes.fromhex(sources.digest), corrected.rasters.tobytes(), corrected.labels.tobytes()])
    return replace(sources, corrected=corrected, digest=hashlib.sha256(content).hexdigest())


def mixed_in(examples: Examples, corrected: LabelledRasters, seed: int) -> Examples:
    """The examples, and each corrected digit so often that it matters; the same for the same arguments."""
    count = len(corrected.labels)
    if not count:
        return examples
    wanted = min(max(round(SHARE * len(examples.labels)), count), MOST * count)
    times, rest = divmod(wanted, count)
    once_more = np.random.default_rng([seed, *b"corrections"]).permutation(count)[:rest]
    chosen = np.concatenate([np.tile(np.arange(count), times), once_more])
    return joined([examples, Examples.of(LabelledRasters(corrected.rasters[chosen], corrected.labels[chosen]))])


def _ink(drawing: dict[str, Any]) -> list[bytes]:
    """The rasters of a drawing's digits, none if it is not in the lakehouse."""
    return drawing["ink"] or []


def _fits(drawing: dict[str, Any]) -> bool:
    """Whether there is a raster for each digit of the number, and one at least."""
    return 0 < len(drawing["number"]) == len(_ink(drawing))


def _labelled(drawing: dict[str, Any]) -> LabelledRasters:
    rasters = np.frombuffer(b"".join(_ink(drawing)), np.uint8).reshape(-1, 28, 28)
    return LabelledRasters(rasters, np.array([int(digit) for digit in drawing["number"]], np.uint8))


def _name(left_out: Sequence[str], count: int) -> None:
    names = ", ".join(map(repr, left_out[:NAMED])) + (", …" if len(left_out) > NAMED else "")
    why = "the lakehouse has not one raster for each digit of their number"
    stderr.print(
        f"{len(left_out)} of {count} corrected drawings left out: {why}: {names}", soft_wrap=True, markup=False
    )
