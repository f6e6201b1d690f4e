"""Why a drawing is read as it is, as a picture: ``python -m training.explain drawing.png --out why.png``."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from pipeline.recognition.classifier import NO_DIGIT, Classifier
from pipeline.recognition.images import UnreadableDrawing, decode
from pipeline.recognition.lattice import Lattice, lattice_of, pieces_in
from pipeline.recognition.pieces import Pieces
from pipeline.recognition.reader import choices
from pipeline.settings import settings
from training.evaluation.charts import LIGHT

Array = NDArray[Any]

COLUMNS, MOST_ROWS = 12, 8
"""Candidates side by side, and how many rows of the likeliest ones."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the picture, and print the number."""
    parser = argparse.ArgumentParser("python -m training.explain", description=(__doc__ or "").split(":")[0] + ".")
    parser.add_argument("image", type=Path, help="any image that the stream would read")
    parser.add_argument("--out", type=Path, default=Path("explanation.png"), help="the picture (%(default)s)")
    parser.add_argument("--model", type=Path, default=settings().model_path, help="the CNN (%(default)s)")
    options = parser.parse_args(arguments)
    try:
        grey = decode(options.image.read_bytes())
        uncut = lattice_of(grey)
        classifier = Classifier.load(options.model)
    except (OSError, ValueError) as problem:
        reason = problem.reason if isinstance(problem, UnreadableDrawing) else str(problem)
        sys.exit(f"training.explain: {reason}")
    ((lattice, scores, path),) = choices([uncut], classifier)
    pieces = lattice.uncut or pieces_in(grey)
    try:
        explanation(grey, pieces, lattice, scores, path).savefig(options.out, dpi=110)
    except (OSError, ValueError) as problem:
        sys.exit(f"training.explain: cannot draw {options.out}: {problem}")
    print("".join(str(digit) for digit in scores[path, :NO_DIGIT].argmax(axis=1)))


def explanation(grey: Array, pieces: Pieces, lattice: Lattice, scores: Array, path: Sequence[int]) -> Figure:
    """The drawing with what is read, its pieces, and its candidates (n) with the CNN's ``scores`` (n, 11)."""
    shown = _likeliest(scores, path)
    rows = -(-len(shown) // COLUMNS)
    figure = Figure((9, 2.3 + 0.95 * rows), layout="constrained", facecolor=LIGHT.ground)
    above, below = np.ravel(figure.subfigures(2, 1, squeeze=False, height_ratios=(2.3, 0.95 * rows)))
    drawing, strokes = above.subplots(1, 2)
    _show_reading(drawing, grey, lattice, scores, path)
    _show_pieces(strokes, pieces)
    cells = below.subplots(rows, COLUMNS, squeeze=False).ravel()
    for cell in cells:
        cell.axis("off")
    for place, cell in zip(shown, cells, strict=False):
        _show_candidate(cell, lattice.rasters[place], scores[place], place in path)
    return figure


def _likeliest(scores: Array, path: Sequence[int]) -> list[int]:
    """The candidates to show, from left to right: those that are read, and as many more as there is room for."""
    likely = scores[:, :NO_DIGIT].max(axis=1)
    likely[list(path)] = np.inf
    return sorted(np.argsort(-likely, kind="stable")[: COLUMNS * MOST_ROWS].tolist())


def _show_reading(axes: Axes, grey: Array, lattice: Lattice, scores: Array, path: Sequence[int]) -> None:
    axes.imshow(grey, cmap="gray", vmin=0, vmax=255)
    for place in path:
        left, top, width, height = lattice.boxes[place]
        axes.add_patch(Rectangle((left, top), width, height, fill=False, edgecolor=LIGHT.right, linewidth=1.5))
        axes.text(left, top, str(scores[place, :NO_DIGIT].argmax()), color=LIGHT.right, va="bottom", fontsize=13)
    axes.set_title("what is read", fontsize=10)
    axes.axis("off")


def _show_pieces(axes: Axes, pieces: Pieces) -> None:
    colours = colormaps["tab20"](np.arange(pieces.labels.max() + 1) % 20)
    colours[0] = 1
    axes.imshow(colours[pieces.labels])
    axes.set_title("pieces", fontsize=10)
    axes.axis("off")


def _show_candidate(axes: Axes, raster: Array, scores: Array, chosen: bool) -> None:
    likeliest = int(scores.argmax())
    verdict = "none" if likeliest == NO_DIGIT else str(likeliest)
    colour = LIGHT.right if chosen else LIGHT.faint
    axes.imshow(255 - raster, cmap="gray", vmin=0, vmax=255)
    axes.add_patch(Rectangle((-0.5, -0.5), 28, 28, fill=False, edgecolor=colour, linewidth=2.5 if chosen else 0.5))
    axes.set_title(f"{verdict} {scores[likeliest]:.0%}", fontsize=8, color=colour, pad=3)


if __name__ == "__main__":
    main()
