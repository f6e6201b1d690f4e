"""The charts. A chart's specification depends on the time shown alone, so that the browser only ever gets new data."""

from functools import cache, lru_cache
from typing import Any, NamedTuple

import altair as alt
import numpy as np
import pandas as pd  # noqa: F401 - Altair uses whatever of it is there, be it half of it, imported by another thread
import pyarrow as pa
import streamlit as st

from dashboard.look.colours import ACCENT
from dashboard.throughput.figures import Ints
from dashboard.throughput.latencies import PERCENTILES, Floats
from dashboard.throughput.picture import SPANS, Picture

COLOURS = [ACCENT, "#14b8a6", "#f59e0b", "#ec4899", "#0ea5e9", "#84cc16"]
"""Seen well on the light and on the dark ground of .streamlit/config.toml; the first is the accent of all charts."""
HEIGHT = 200
AXIS_WIDTH = 44
"""Pixels kept for the numbers at the side, so that a chart does not change its width with them."""
PADDING = {"left": 0, "top": 0, "right": 8, "bottom": 4}
LEGEND = alt.Legend(orient="top", direction="horizontal", symbolType="circle", symbolSize=50, symbolOpacity=1, offset=4)
TICKS = {1: (60, 45, 30, 15, 0), 5: (300, 240, 180, 120, 60, 0), 15: (900, 600, 300, 0)}
"""Seconds before now, for each number of minutes that can be shown."""


class Kind(NamedTuple):
    """How one chart looks: lines, one of them perhaps ``filled``, or areas on each other, of figures or ``parts`` of 1.

    ``edge`` is the smallest upper end of its side.
    """

    title: str
    explanation: str
    unit: str
    edge: float = 10
    filled: str = ""
    stacked: bool = False
    parts: bool = False


KINDS = {
    "flow": Kind("Drawings a second", "arriving on Kafka, and answered", "a second", filled="in"),
    "lag": Kind("Lag", "arrived and not answered, by partition", "drawings"),
    "latency": Kind("Latency", "from submitting a drawing until its prediction is on Kafka", "milliseconds", edge=100),
    "batch": Kind("Batches", "drawings that RunInference has the CNN read at once", "drawings"),
    "accuracy": Kind("Accuracy", "numbers of labelled load read right", "right", edge=1, parts=True),
    "rejections": Kind("Rejections", "by reason", "a second", edge=1, stacked=True),
}
CHARTS = tuple(KINDS)


def show_chart(name: str, picture: Picture) -> None:
    """One chart in a frame of its own, with what it shows in words."""
    kind = KINDS[name]
    with st.container(border=True, key=f"chart-{name}", gap="xsmall", height="stretch"):
        st.markdown(f"**{kind.title}** &ensp; :gray[:small[{kind.explanation}]]")
        st.vega_lite_chart(
            tables(picture)[name], specification(name, picture.minutes), alt=f"{kind.title}: {kind.explanation}"
        )


@cache
def specification(name: str, minutes: int) -> dict[str, Any]:
    """Vega-Lite for a table of `tables`; the sides of the chart are where the table's ``edge`` says."""
    kind = KINDS[name]
    form = ".1%" if kind.parts else ",.1~f"
    base = alt.Chart().encode(
        x=_ago(minutes),
        y=alt.Y("value:Q", title=None, axis=_side(kind), scale=alt.Scale(nice=False, zero=False)),
        color=alt.Color("series:N", title=None, sort=None, scale=alt.Scale(range=COLOURS), legend=LEGEND),
        tooltip=[
            alt.Tooltip("time:T", title="until", format="%H:%M:%S"),
            alt.Tooltip("series:N", title="what"),
            alt.Tooltip("value:Q", title=kind.unit, format=form),
        ],
    )
    line = base.mark_line(strokeWidth=2, interpolate="monotone", point=alt.OverlayMarkDef(size=9))
    ground = base.mark_area(opacity=0.2, interpolate="monotone").transform_filter(alt.datum.series == kind.filled)
    steps = base.mark_area(opacity=0.8, interpolate="step-before", line=True)
    layers = [steps] if kind.stacked else [ground, line]
    edges = alt.Chart().mark_rule(opacity=0).encode(y=alt.Y("min(edge):Q", title=None), y2="max(edge):Q")
    whole = alt.layer(*layers, edges).properties(height=HEIGHT, background="transparent", padding=PADDING)
    return _without_data(whole.to_dict())


def _without_data(finished: dict[str, Any]) -> dict[str, Any]:
    """Altair puts an empty table where it is given none."""
    layers = [{key: value for key, value in layer.items() if key != "data"} for layer in finished["layer"]]
    return {key: value for key, value in finished.items() if key not in ("data", "datasets")} | {"layer": layers}


@lru_cache(maxsize=8)
def tables(picture: Picture) -> dict[str, pa.Table]:
    """Each chart's rows, one a span and series: ``ago`` (seconds to now), time, series, value and edge."""
    past, step = picture.past, picture.minutes * 60 // SPANS
    batches = {"mean": past.batch, "largest": np.where(past.largest > 0, past.largest, np.nan)}
    labelled = past.right + past.wrong
    accuracy = np.divide(past.right, labelled, out=np.full(SPANS, np.nan), where=labelled > 0)
    series: dict[str, dict[str, Floats]] = {
        "flow": {"in": picture.arriving, "out": picture.answered},
        "lag": {f"partition {number}": values for number, values in sorted(picture.lag.items())},
        "latency": {f"p{percent}": past.latencies[:, n] for n, percent in enumerate(PERCENTILES)},
        "batch": batches,
        "accuracy": {"accuracy": accuracy},
        "rejections": {reason: counts / step for reason, counts in past.reasons.items()},
    }
    missing: dict[str, dict[str, Floats]] = {
        "rejections": {"none": np.zeros(SPANS)},
        "lag": {"unknown": np.full(SPANS, np.nan)},
    }
    return {name: _table(KINDS[name], past.ends, lines or missing[name]) for name, lines in series.items()}


def _table(kind: Kind, ends: Ints, lines: dict[str, Floats]) -> pa.Table:
    values, count = np.concatenate(list(lines.values())), len(lines)
    ago = np.tile(ends - ends[-1], count)
    top = sum(map(np.nan_to_num, lines.values())) if kind.stacked else np.nan_to_num(values)
    low, high = (_floor(values), 1.0) if kind.parts else (0.0, ceiling(float(np.max(top)), kind.edge))
    return pa.table(
        {
            "ago": ago,
            "time": pa.array(np.tile(ends * 1_000, count), pa.timestamp("ms", tz="UTC")),
            "series": np.repeat(list(lines), SPANS),
            "value": pa.array(values, from_pandas=True),
            "edge": np.where(np.arange(len(ago)) % 2, low, high),
        }
    )


def ceiling(value: float, least: float) -> float:
    """The next of 1, 2, 5, 10, 20, … times ``least``: it moves seldom, and then far."""
    ends = (least * part * 10**power for power in range(12) for part in (1, 2, 5))
    return next((end for end in ends if end >= value), value)


def _floor(parts: Floats) -> float:
    least = float(np.min(parts, initial=1, where=~np.isnan(parts)))
    return next(floor for floor in (0.98, 0.9, 0.5, 0) if least >= floor)


def _side(kind: Kind) -> alt.Axis:
    form = ".1~%" if kind.parts else ",.6~g"
    return alt.Axis(format=form, tickCount=4, minExtent=AXIS_WIDTH, domain=False, ticks=False)


def _ago(minutes: int) -> alt.X:
    """Time is told from now on back, so that the axis stands still."""
    label = "datum.value == 0 ? 'now' : datum.value % 60 ? datum.value + ' s' : datum.value / 60 + ' min'"
    axis = alt.Axis(values=[-ago for ago in TICKS[minutes]], labelExpr=label, grid=False, labelFlush=True, ticks=False)
    return alt.X("ago:Q", title=None, axis=axis, scale=alt.Scale(domain=[-minutes * 60, 0], nice=False))
