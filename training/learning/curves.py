"""Pictures of a training beside its model: how it went, epoch by epoch, and which digits are taken for which."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike
from sklearn.metrics import ConfusionMatrixDisplay, confusion_matrix

from training.learning.checkpointing import Epoch

FAINT = PowerNorm(0.3)
"""Colours that let a single mistake among thousands be seen."""
NAMES = ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "none")


def draw_pictures(model: Path, history: Sequence[Epoch], labels: ArrayLike, read: ArrayLike) -> list[Path]:
    """Draw the curves and the confusion matrix as PNG files beside the model's file, and return where they are.

    ``labels`` (n,) are the validation set's and ``read`` (n,) what the model made of them: 0 to 9, 10 for no digit.
    """
    pictures = {"curves": curves(history), "confusion": confusion(labels, read)}
    paths = [model.with_name(f"{model.stem}-{name}.png") for name in pictures]
    for path, picture in zip(paths, pictures.values(), strict=True):
        picture.savefig(path, metadata={"Software": None})  # the same picture is then the same file
    return paths


def curves(history: Sequence[Epoch]) -> Figure:
    """Loss, error and learning rate by epoch, in training and on the validation set."""
    figure = Figure(figsize=(12, 4), dpi=120, layout="constrained")
    loss, error, rate = figure.subplots(1, 3)
    _lines(loss, "Loss", history, {"training": "loss", "validation": "validation_loss"})
    _lines(error, "Error", history, {"training": "accuracy", "validation": "validation_accuracy"}, of_accuracy=True)
    _lines(rate, "Learning rate at the end of the epoch", history, {"": "learning_rate"})
    error.set_yscale("log")
    error.yaxis.set_major_formatter("{x:.1%}")
    error.yaxis.set_minor_formatter("{x:.1%}")
    return figure


def confusion(labels: ArrayLike, read: ArrayLike) -> Figure:
    """How often each label (down) was read as each (across)."""
    figure = Figure(figsize=(8, 7), dpi=120, layout="constrained")
    counts = confusion_matrix(labels, read, labels=range(len(NAMES)))
    if not counts[-1].any() and not counts[:, -1].any():
        counts = counts[:-1, :-1]
    display = ConfusionMatrixDisplay(counts, display_labels=NAMES[: len(counts)])
    display.plot(ax=figure.subplots(), cmap="Blues", colorbar=False, im_kw={"norm": FAINT}, values_format="d")
    display.ax_.set(title="Validation set", xlabel="Read as", ylabel="Label")
    return figure


def _lines(axes: Axes, title: str, history: Sequence[Epoch], names: dict[str, str], of_accuracy: bool = False) -> None:
    for label, name in names.items():
        points = [(epoch, figures[name]) for epoch, figures in enumerate(history, 1) if name in figures]
        values = [1 - value if of_accuracy else value for _, value in points]
        axes.plot([epoch for epoch, _ in points], values, marker=".", label=label)
    axes.set(title=title, xlabel="Epoch")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(alpha=0.3)
    if len(names) > 1:
        axes.legend()
