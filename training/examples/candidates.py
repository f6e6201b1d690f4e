"""What the CNN must tell apart in the stream: candidates that are exactly one whole digit, and all the others.

They come from the very lattice that the stream makes of a drawing; since it is known whose each drop of ink is, so is
what each candidate holds.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipeline.recognition.classifier import NO_DIGIT
from pipeline.recognition.images import UnreadableDrawing
from pipeline.recognition.lattice import lattice_from, pieces_in, spans_of
from pipeline.recognition.pieces import Pieces
from training.examples.composition import Page

WHOLE, STRANGE = 0.92, 0.08
"""A candidate with this share of a digit's ink, and of no other digit more than the second, is that digit."""
PART, MIXED = 0.6, 0.25
"""With less than this share of any digit, or more than the second of another, it is none; between, who knows."""
FOREIGN = 0.25
"""Share of ink in a candidate that is no digit's, from which on it is none."""
STICK = 2.2
"""A part this much taller than wide looks like a 1, and nothing but its neighbours could tell that it is none."""

Held = NDArray[np.uint8]
Labels = NDArray[np.int16]
UNKNOWN = -1
NONE = np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.uint8)


def labelled_candidates(
    page: Page, labels: list[int], chosen: Callable[[Held], NDArray[np.intp]] | None = None
) -> tuple[NDArray[np.uint8], Held]:
    """Rasters (n, 28, 28) of a page's candidates, and what they hold (n,): 0 to 9, or 10 for no whole digit.

    ``labels`` says what each of the page's layers is, in the same terms. Doubtful candidates are left out; of the
    others, ``chosen`` may choose some by what they hold.
    """
    try:
        pieces = pieces_in(page.grey)
    except UnreadableDrawing:
        return NONE
    spans = spans_of(pieces)
    held = _held(pieces, page, labels, spans)
    known = np.flatnonzero(held != UNKNOWN)
    if chosen:
        known = known[chosen(held[known].astype(np.uint8))]
    if not known.size:
        return NONE
    return lattice_from(pieces, [spans[place] for place in known]).rasters, held[known].astype(np.uint8)


def _held(pieces: Pieces, page: Page, labels: list[int], spans: list[tuple[int, int]]) -> Labels:
    """What each candidate holds, or UNKNOWN."""
    amounts = _ink_of_pieces(pieces, page)
    shares = amounts[:-1] / np.maximum(amounts[:-1].sum(axis=1, keepdims=True), 1)
    sums, all_ink = (np.pad(np.cumsum(array, axis=1), ((0, 0), (1, 0))) for array in (shares, amounts))
    held = []
    for first, end in spans:
        share, ink = sums[:, end] - sums[:, first], all_ink[:, end] - all_ink[:, first]
        owner = int(share.argmax())
        others = float(np.delete(share, owner).max(initial=0))
        foreign = float(ink[-1] / max(ink.sum(), 1))
        held.append(_verdict(labels[owner], float(share[owner]), others, foreign, _shape(pieces, first, end)))
    return np.array(held, np.int16)


def _verdict(label: int, share: float, others: float, foreign: float, tallness: float) -> int:
    if label != NO_DIGIT and share >= WHOLE and others <= STRANGE and foreign < FOREIGN / 2:
        return label
    if label == NO_DIGIT or share < PART or others > MIXED or foreign > FOREIGN:
        return UNKNOWN if tallness > STICK else NO_DIGIT
    return UNKNOWN


def _shape(pieces: Pieces, first: int, end: int) -> float:
    """Height by width of a candidate."""
    left, top, right, bottom = pieces.box_of((first, end))
    return (bottom - top) / (right - left)


def _ink_of_pieces(pieces: Pieces, page: Page) -> NDArray[np.float64]:
    """How much ink of each layer, and in the last row of none, is in each piece: (layers + 1, pieces)."""
    height, width = pieces.ink.shape
    around = 2 * pieces.margin
    box = (pieces.left, pieces.top, pieces.right + around, pieces.bottom + around)
    padded = [Image.fromarray(np.pad(layer, pieces.margin)) for layer in page.layers]
    seen = [layer.resize((width, height), Image.Resampling.BOX, box) for layer in padded]
    layers = [np.asarray(layer, np.float64) for layer in seen]
    nobody = np.maximum(pieces.ink - np.maximum.reduce(layers) - 64, 0)
    flat = pieces.labels.ravel()
    return np.stack([np.bincount(flat, layer.ravel(), pieces.count + 1)[1:] for layer in [*layers, nobody]])
