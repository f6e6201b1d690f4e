"""The summary as two small charts."""

from collections.abc import Sequence
from typing import Any

import altair as alt

from dashboard.explore.summary import BINS
from dashboard.look.colours import ACCENT

HEIGHT = 130


def numbers_chart(numbers: Sequence[tuple[str, int]]) -> alt.Chart:
    """A bar for each of the most frequent numbers."""
    rows = [{"number": number or "none", "drawings": count} for number, count in numbers]
    axis = alt.Axis(labelAngle=0, labelLimit=60, ticks=False, domain=False, labelOverlap=True)
    chart: alt.Chart = _bars(rows, alt.Scale(zero=True)).encode(
        x=alt.X("number:N", title=None, sort=None, axis=axis),
        tooltip=[alt.Tooltip("number:N", title="Number"), alt.Tooltip("drawings:Q", title="Drawings", format=",")],
    )
    return chart


def confidences_chart(counts: Sequence[int]) -> alt.Chart:
    """A bar for each twentieth of confidence; the scale is a root's, or the sure ones would hide all others."""
    step = 100 // BINS
    rows = [{"percent": f"{bin * step}–{(bin + 1) * step}", "drawings": count} for bin, count in enumerate(counts)]
    axis = alt.Axis(labelAngle=0, ticks=False, domain=False, labelOverlap=True, labelFlush=True)
    chart: alt.Chart = _bars(rows, alt.Scale(type="sqrt")).encode(
        x=alt.X("percent:O", title=None, sort=None, axis=axis),
        tooltip=[
            alt.Tooltip("percent:O", title="Confidence, %"),
            alt.Tooltip("drawings:Q", title="Drawings", format=","),
        ],
    )
    return chart


def _bars(rows: list[dict[str, Any]], scale: alt.Scale) -> alt.Chart:
    height = alt.Y("drawings:Q", title=None, axis=None, scale=scale)
    chart = alt.Chart(alt.InlineData(rows), height=HEIGHT, background="transparent")
    bars: alt.Chart = chart.mark_bar(color=ACCENT, cornerRadiusEnd=3).encode(y=height)
    return bars
