"""The figures that stand at the top, and how figures are written."""

import streamlit as st

from dashboard.throughput.picture import NOW_SECONDS, Numbers

UNKNOWN = "–"


def show_numbers(numbers: Numbers, minutes: int) -> None:
    """As many in a line as the screen has room for; the style sheet lays them out."""
    moment, shown = f"The mean of the last {NOW_SECONDS} seconds.", f"Of the last {minutes} min."
    with st.container(key="numbers"):
        _show("In / s", written(numbers.arriving), f"Drawings arriving on Kafka. {moment}")
        _show("Out / s", written(numbers.answered), f"Predictions and rejections. {moment}")
        _show("Lag", written(numbers.lag), "Drawings that have arrived and are not answered, at this moment.")
        _show("p50 ms", written(numbers.p50), f"Half of the predictions took no longer. {shown}")
        _show("p99 ms", written(numbers.p99), f"99 of 100 predictions took no longer. {shown}")
        accuracy = UNKNOWN if numbers.accuracy is None else f"{numbers.accuracy:.1%}"
        _show("Accuracy", accuracy, f"Of {numbers.labelled:,} labelled drawings, as a replay sends them. {shown}")
        _show("Rejected", written(numbers.rejected), f"What cannot be read as a drawing. {shown}")


def written(value: float | None) -> str:
    """A figure with three digits at least; a dash if it is not known."""
    if value is None:
        return UNKNOWN
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.1f}"


def size(octets: float | None) -> str:
    """Bytes for people."""
    if octets is None:
        return UNKNOWN
    for unit in ("B", "kB", "MB"):
        if octets < 1_000:
            return f"{octets:.0f} {unit}"
        octets /= 1_000
    return f"{octets:.1f} GB"


def duration(seconds: float | None) -> str:
    """Seconds for people."""
    if seconds is None:
        return UNKNOWN
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _show(label: str, value: str, explanation: str) -> None:
    st.metric(label, value, help=explanation, border=True)
