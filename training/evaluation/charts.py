"""Charts of an evaluation, drawn by Matplotlib on axes that the caller places: a page has them in light and in dark."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from scipy.stats import binomtest

from training.calibration import Floats, reliability
from training.evaluation.scores import DIGITS, NONE, Confusion, Result

CONFIDENCE_BINS = 20
PERCENT = [0, 0.25, 0.5, 0.75, 1]
FAINTEST_CELL = 0.12
"""Colour of a cell that is not empty, however rare, between its ground's (0) and the full one (1)."""


@dataclass(frozen=True)
class Theme:
    """Colours by what they stand for."""

    ground: str
    ink: str
    faint: str
    right: str
    wrong: str


LIGHT = Theme(ground="#ffffff", ink="#1c2430", faint="#8a94a3", right="#2f6bd8", wrong="#d9542b")
DARK = Theme(ground="#171c24", ink="#e8ecf2", faint="#7d8796", right="#78a7ff", wrong="#ff8a5c")

Chart = Callable[[Axes, Theme], None]
"""Draws on axes in the colours of a theme."""


def figure_of(chart: Chart, theme: Theme, inches: tuple[float, float] = (5.2, 4.6)) -> Figure:
    """A figure of one chart, to be saved as SVG or PNG."""
    figure = Figure(inches, layout="constrained", facecolor=theme.ground)
    chart(figure.subplots(), theme)
    return figure


def confusion_chart(matrix: Confusion) -> Chart:
    """Digits drawn (rows) and read (columns): the stronger a colour, the greater a share of the row is in the cell."""
    drawn = matrix.sum(axis=1, keepdims=True)
    drawn[NONE] = drawn[:NONE].mean()  # that nobody drew is no row to have shares of
    shares = np.minimum(matrix / np.maximum(drawn, 1), 1)

    def draw(axes: Axes, theme: Theme) -> None:
        _dress(axes, theme, "read as", "drawn")
        axes.imshow(_cells(shares, theme), aspect="equal")
        for (row, column), count in np.ndenumerate(matrix):
            strong = shares[row, column] > 0.5
            if count:
                colour = theme.ground if strong else theme.ink
                axes.text(column, row, f"{count:,}", ha="center", va="center", fontsize=7, color=colour)
        axes.set_xticks(range(NONE + 1), [*DIGITS, "–"])
        axes.set_yticks(range(NONE + 1), [*DIGITS, "–"])
        axes.tick_params(length=0)

    return draw


def reliability_chart(results: Sequence[Result]) -> Chart:
    """The share that is right by confidence, with Wilson's 95 % intervals: on the line, if calibrated."""
    table = reliability([result.confidence for result in results], [result.right for result in results])

    def draw(axes: Axes, theme: Theme) -> None:
        _dress(axes, theme, "confidence", "share that is right")
        axes.plot([0, 1], [0, 1], color=theme.faint, linewidth=1, linestyle=(0, (4, 3)))
        for count, confidence, accuracy in zip(*table, strict=True):
            if count:
                interval = binomtest(round(accuracy * count), int(count)).proportion_ci(method="wilson")
                axes.plot([confidence] * 2, interval, color=theme.right, linewidth=2, alpha=0.45)
                axes.plot(confidence, accuracy, "o", color=theme.right, markersize=6, clip_on=False)
        axes.set_xlim(0, 1.02)
        axes.set_ylim(0, 1.02)
        _percents(axes, both=True)

    return draw


def confidence_chart(results: Sequence[Result]) -> Chart:
    """How many right and wrong answers there are of each confidence, on a logarithmic scale: wrong ones are rare."""
    edges = [edge / CONFIDENCE_BINS for edge in range(CONFIDENCE_BINS + 1)]

    def draw(axes: Axes, theme: Theme) -> None:
        _dress(axes, theme, "confidence", "drawings")
        confidences = [[r.confidence for r in results if r.right is right] for right in (True, False)]
        axes.hist(confidences, edges, label=["right", "wrong"], color=[theme.right, theme.wrong], rwidth=0.85)
        axes.set_yscale("log" if results else "linear")
        axes.set_xlim(0, 1)
        axes.set_ylim(bottom=0.6)
        _percents(axes)
        axes.yaxis.set_major_formatter(lambda count, _: f"{count:,.0f}")
        axes.legend(loc="upper left", frameon=False, labelcolor=theme.ink, fontsize=8)

    return draw


def _cells(shares: Floats, theme: Theme) -> Floats:
    """Colours (rows, columns, 3) by the root of each cell's share: mistakes would not be seen otherwise."""
    strength = np.where(shares > 0, FAINTEST_CELL + (1 - FAINTEST_CELL) * np.sqrt(shares), 0)[..., np.newaxis]
    full = np.tile(to_rgb(theme.wrong), (*shares.shape, 1))
    np.einsum("iic->ic", full)[:] = to_rgb(theme.right)
    ground = np.array(to_rgb(theme.ground))
    return np.asarray(ground + strength * (full - ground))


def size_chart(accuracies: dict[int, float]) -> Chart:
    """Accuracy by the side, in pixels, to which images were made smaller."""
    sides = sorted(accuracies)

    def draw(axes: Axes, theme: Theme) -> None:
        _dress(axes, theme, "pixels a side", "read rightly")
        axes.plot(sides, [accuracies[side] for side in sides], "o-", color=theme.right)
        for side in sides:
            place = (side, accuracies[side])
            axes.annotate(f"{accuracies[side]:.1%}", place, (4, -12), textcoords="offset points", fontsize=8)
        axes.set_xscale("log")  # a pixel more or less is much where there are few
        axes.margins(x=0.1, y=0.15)
        axes.set_xticks(sides, [str(side) for side in sides])
        axes.minorticks_off()
        axes.yaxis.set_major_formatter(lambda share, _: f"{100 * share:.3g}%")

    return draw


def _dress(axes: Axes, theme: Theme, across: str, up: str) -> None:
    axes.set_facecolor(theme.ground)
    axes.set_xlabel(across, color=theme.faint, fontsize=9)
    axes.set_ylabel(up, color=theme.faint, fontsize=9)
    axes.tick_params(colors=theme.ink, labelsize=8)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(theme.faint)


def _percents(axes: Axes, both: bool = False) -> None:
    labels = [f"{share:.0%}" for share in PERCENT]
    axes.set_xticks(PERCENT, labels)
    if both:
        axes.set_yticks(PERCENT, labels)
