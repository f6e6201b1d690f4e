"""Where the digits of a number come to stand: baseline, gaps, margins."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import minimum_filter1d

Layer = NDArray[np.uint8]

FAINT = 64
"""Ink below this touches nothing."""
APART = 0.12
"""The middle of a digit is at least this share of the height to the right of that of the one before."""
DEEPEST = 0.4
"""Boxes of neighbours overlap by no more than this share of the narrower one."""
CLOSE = 0.06
"""Share of the height within which ink above or below counts as near."""

ROOMY = 80
"""Pixels: digits smaller than this may stand on a page many times larger."""


class Placed(NamedTuple):
    """Ink of a digit and where its top left pixel is."""

    ink: Layer
    left: int
    top: int


class Spacing(NamedTuple):
    """How a number's digits follow each other; a share of the height."""

    gap: float
    """Of most pairs: between their boxes, or between their ink where they are ``tight``."""
    tight: bool
    touching: float
    """Probability that a pair touches."""


def spread(
    drawn: list[Layer], height: float, widest: int, random: np.random.Generator, spacing: Spacing | None = None
) -> tuple[list[Placed], tuple[int, int]]:
    """Digits, as tall as ``height`` says and in their order, side by side; and the (height, width) of their page."""
    spacing = spacing or any_spacing(random)
    tops = _tops(drawn, height, random)
    lefts = [0]
    for index in range(1, len(drawn)):
        before, after = Placed(drawn[index - 1], lefts[-1], tops[index - 1]), Placed(drawn[index], 0, tops[index])
        lefts.append(_left(before, after, spacing, height, random))
    placed = [Placed(*one) for one in zip(drawn, lefts, tops, strict=True)]
    return _on_page(placed, height, widest, random)


def any_spacing(random: np.random.Generator) -> Spacing:
    """Wide, usual or tight; some people let digits touch."""
    touching = float(random.choice([0.04, 0.3, 0.75], p=[0.6, 0.3, 0.1]))
    if random.random() < 0.3:
        return Spacing(random.uniform(0.03, 0.15), True, touching)
    if random.random() < 0.2:
        return Spacing(random.uniform(0.3, 1.0), False, touching / 4)
    return Spacing(random.uniform(0.03, 0.35), False, touching)


def _tops(drawn: list[Layer], height: float, random: np.random.Generator) -> list[int]:
    """Rows of the digits' tops, on a baseline that slants and on which nobody quite keeps."""
    slope = float(np.clip(random.normal(0, 0.06), -0.2, 0.2))
    wobble = height * random.uniform(0, 0.07)
    below = slope * np.cumsum([layer.shape[1] + 0.15 * height for layer in drawn])
    below = np.clip(below + random.normal(0, wobble, len(drawn)), -3 * height, 3 * height)
    # What is much smaller than a digit stands anywhere between top line and baseline.
    lift = [
        max(height - layer.shape[0], 0) * random.uniform(0, 1 if layer.shape[0] < height / 2 else 0.2)
        for layer in drawn
    ]
    return [round(y - up - layer.shape[0]) for y, up, layer in zip(below, lift, drawn, strict=True)]


def _left(before: Placed, after: Placed, spacing: Spacing, height: float, random: np.random.Generator) -> int:
    """The column at which the second digit starts."""
    right = before.left + before.ink.shape[1]
    deepest = round(DEEPEST * min(before.ink.shape[1], after.ink.shape[1]))
    nearest = right - min(_slack(before, after, height), deepest)
    if random.random() < spacing.touching:
        left = nearest - random.uniform(0, 0.07) * height - 1
    elif spacing.tight:
        left = nearest + max(spacing.gap * random.uniform(0.6, 1.4) * height, 2)
    else:
        left = max(right + spacing.gap * random.uniform(0.4, 1.6) * height, nearest + 2)
    middle = before.left + before.ink.shape[1] / 2 + APART * height
    return round(max(left, middle - after.ink.shape[1] / 2))


def _slack(before: Placed, after: Placed, height: float) -> int:
    """By how many columns the boxes can overlap until ink meets ink."""
    reach = 2 * round(CLOSE * height / 2) + 1
    top = min(before.top, after.top) - reach
    rows = max(before.top + before.ink.shape[0], after.top + after.ink.shape[0]) + reach - top
    free = np.full((2, rows), 1 << 20)
    for side, (one, layer) in enumerate(((before, before.ink[:, ::-1]), (after, after.ink))):
        inked = layer >= FAINT
        margin = np.where(inked.any(axis=1), inked.argmax(axis=1), 1 << 20)
        free[side, one.top - top : one.top - top + len(margin)] = margin
    slack = int((minimum_filter1d(free[0], reach) + free[1]).min())
    return slack if slack < 1 << 19 else 0


def _on_page(
    placed: list[Placed], height: float, widest: int, random: np.random.Generator
) -> tuple[list[Placed], tuple[int, int]]:
    """The number somewhere on a page that is mostly not much larger; made smaller where it would be too wide."""
    left, top = min(one.left for one in placed), min(one.top for one in placed)
    width = max(one.left + one.ink.shape[1] for one in placed) - left
    rows = max(one.top + one.ink.shape[0] for one in placed) - top
    if width > 0.95 * widest:
        scale = 0.9 * widest / width
        return _on_page([_shrunk(one, scale) for one in placed], scale * height, widest, random)
    most = 4.0 if height < ROOMY and random.random() < 0.15 else 0.9
    margins = np.exp(random.uniform(np.log(0.02), np.log(most), 4)) * height + 1
    if width < 4 * height and random.random() < 0.4:  # a square canvas, as for a single digit
        margins[2:] += max(width - rows, 0) / 2
        margins[:2] += max(rows - width, 0) / 2
    before, after, above, below = margins.astype(int).tolist()
    size = rows + above + below, min(width + before + after, widest)
    before = min(before, size[1] - width)
    return [Placed(one.ink, one.left - left + before, one.top - top + above) for one in placed], size


def _shrunk(placed: Placed, scale: float) -> Placed:
    rows, columns = (max(int(side * scale), 1) for side in placed.ink.shape)
    ink = np.asarray(Image.fromarray(placed.ink).resize((columns, rows), Image.Resampling.BOX))
    return Placed(ink, round(placed.left * scale), round(placed.top * scale))
