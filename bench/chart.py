"""The figures as pictures: the engines side by side, or one stream over time."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from bench.engine import ENGINES, OURS
from bench.load import Times
from bench.report import Report

OURS_COLOUR, COLOUR, DARK = "#5b5bd6", "#b8bac4", "#44464f"
ACROSS = 3
BESIDE = ("axes fraction", "data")


def draw(report: Report, path: Path) -> None:
    """Write a PNG file: each engine's throughput with its range, and its latency."""
    names = list(reversed(report.measured))
    sheet = Figure((10, 0.8 + 0.5 * len(names)))
    speed, latency = sheet.subplots(1, 2, sharey=True)
    _draw_throughput(speed, names, report)
    _draw_latency(latency, names, report)
    _save(sheet, path)


def draw_series(series: Mapping[str, tuple[Times, Times]], path: Path) -> None:
    """Write a PNG file with a panel for each figure: minutes across, its values from zero up."""
    rows = -(-len(series) // ACROSS)
    sheet = Figure((11, 1.9 * rows))
    panels = sheet.subplots(rows, ACROSS, squeeze=False)
    for axes, (name, (minutes, values)) in zip(panels.flat, series.items(), strict=False):
        axes.plot(minutes, values, color=OURS_COLOUR)
        axes.set_title(name.replace("_", " "), loc="left", fontsize=9)
        axes.set_ylim(0, max(float(values[np.isfinite(values)].max(initial=0)) * 1.2, 1))
    for axes in panels.flat[len(series) :]:
        axes.set_axis_off()
    for axes in panels[-1]:
        axes.set_xlabel("minutes")
    _save(sheet, path)


def _draw_throughput(axes: Axes, names: Sequence[str], report: Report) -> None:
    for place, name in enumerate(names):
        rounds = report.figures(name)["throughput"]
        middle = rounds["median"] or 0
        down, up = middle - (rounds["least"] or middle), (rounds["greatest"] or middle) - middle
        axes.barh(place, middle, 0.6, xerr=[[down], [up]], color=_colour(name), ecolor=DARK)
        axes.annotate(f"  {middle:,.0f}", (middle + up, place), va="center", color=DARK)
    axes.set_yticks(range(len(names)), [ENGINES[name].title.replace("**", "") for name in names])
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.set_xlabel("drawings a second, from a backlog, warm")
    axes.margins(x=0.15)


def _draw_latency(axes: Axes, names: Sequence[str], report: Report) -> None:
    for place, name in enumerate(names):
        figures = report.figures(name)
        p50, p99 = figures["p50_ms"]["median"], figures["p99_ms"]["median"]
        if p50 is None or p99 is None:
            axes.annotate("does not keep up", (0.02, place), xycoords=BESIDE, va="center", color=DARK)
            continue
        axes.plot([p50, p99], [place, place], color=_colour(name), lw=8, solid_capstyle="butt")
        axes.annotate(f"{p50:,.0f} – {p99:,.0f}  ", (p50, place), ha="right", va="center", color=DARK)
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter("{x:,g}")
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlabel("milliseconds at 200 drawings a second, p50 to p99")
    axes.margins(x=0.4)


def _colour(name: str) -> str:
    return OURS_COLOUR if name == OURS else COLOUR


def _save(sheet: Figure, path: Path) -> None:
    for axes in sheet.axes:
        axes.spines[["top", "right"]].set_visible(False)
    path.parent.mkdir(parents=True, exist_ok=True)
    with matplotlib.rc_context({"font.size": 9}):
        sheet.tight_layout()
        sheet.savefig(path, dpi=150, facecolor="white")
