"""Where the time went between pressing Predict and the answer."""

from html import escape

import streamlit as st

from dashboard.connection.question import Timeline

STATIONS = {
    "kafka_in": "Kafka in",
    "pipeline": "pipeline",
    "kafka_out": "Kafka out",
    "delivery": "to this page",
}


def show_route(timeline: Timeline, seconds: float) -> None:
    """How long it took, a slim bar divided as its parts took, and what each of them is."""
    st.html(route(timeline, seconds))


def route(timeline: Timeline, seconds: float) -> str:
    """The same as HTML; parts of 0 ms keep a hair's breadth."""
    times = timeline._asdict()
    bar = "".join(f'<i class="{name}" style="flex-grow: {max(ms, 1)}"></i>' for name, ms in times.items())
    legend = "".join(f'<li class="{name}">{escape(STATIONS[name])} <b>{ms:,} ms</b></li>' for name, ms in times.items())
    took = f"<p>Read in <b>{seconds * 1_000:,.0f} ms</b></p>"
    return f'<div class="route">{took}<div class="bar" aria-hidden="true">{bar}</div><ul>{legend}</ul></div>'
