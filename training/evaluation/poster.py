"""A report as one picture."""

from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from training.evaluation.charts import LIGHT as COLOURS
from training.evaluation.mistakes import Mistake
from training.evaluation.report import Gallery, Panel, Report

COLUMNS = 12
WIDTH = 16.0
"""Inches, as are the heights."""
HEAD, PANELS, TITLE, ROW = 1.5, 5.0, 0.5, 1.75


def write_poster(path: Path, report: Report) -> None:
    """Write the report as a PNG file.

    Raises:
        OSError: the file cannot be written.
    """
    heights = [HEAD, PANELS, *(TITLE + _rows(gallery) * ROW for gallery in report.galleries)]
    poster = Figure((WIDTH, sum(heights)), facecolor=COLOURS.ground, layout="constrained")
    grid = poster.add_gridspec(len(heights), 1, height_ratios=heights)
    head, panels, *galleries = [poster.add_subfigure(grid[row]) for row in range(len(heights))]
    _draw_head(head, report)
    for place, panel in enumerate(report.panels, start=1):
        _draw_panel(panels.add_subplot(1, len(report.panels), place), panel)
    for part, gallery in zip(galleries, report.galleries, strict=True):
        _draw_gallery(part, gallery)
    poster.savefig(path, dpi=110)


def _rows(gallery: Gallery) -> int:
    return -(-len(gallery.mistakes) // COLUMNS)


def _draw_head(head: SubFigure, report: Report) -> None:
    head.text(0.01, 0.85, report.title, fontsize=20, fontweight="bold", color=COLOURS.ink, va="center")
    head.text(0.99, 0.85, report.subtitle, fontsize=10, color=COLOURS.faint, va="center", ha="right")
    for place, figure in enumerate(report.figures):
        across = 0.01 + place / len(report.figures)
        head.text(across, 0.42, figure.value, fontsize=17, color=COLOURS.right, va="center")
        head.text(across, 0.18, figure.name, fontsize=9, color=COLOURS.ink, va="center")


def _draw_panel(axes: Axes, panel: Panel) -> None:
    panel.chart(axes, COLOURS)
    axes.set_title(panel.title, loc="left", fontsize=12, color=COLOURS.ink, pad=12)


def _draw_gallery(part: SubFigure, gallery: Gallery) -> None:
    part.suptitle(gallery.title, x=0.01, ha="left", fontsize=12, color=COLOURS.ink)
    places = part.subplots(_rows(gallery), COLUMNS, squeeze=False).ravel()
    for axes in places:
        axes.set_axis_off()
    for axes, mistake in zip(places, gallery.mistakes, strict=False):
        _draw_mistake(axes, mistake)


def _draw_mistake(axes: Axes, mistake: Mistake) -> None:
    if mistake.picture is not None:
        axes.imshow(mistake.picture, cmap="gray", vmin=0, vmax=255)
    answer = f"{mistake.drawn} → {mistake.read}\n{mistake.result.confidence:.0%}"
    axes.set_title(answer, fontsize=8, color=COLOURS.wrong, y=1)
