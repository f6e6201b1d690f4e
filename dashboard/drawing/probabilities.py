"""How sure the model is of a digit, and what else it might be."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard.look.colours import ACCENT
from pipeline.messages import Digit

WORTH_A_LABEL = 0.005

# Plain Vega-Lite: to have Altair check and convert it takes longer than the drawing's way through Kafka and Flink.
CHART: dict[str, Any] = {
    "height": 170,
    "background": "transparent",
    "encoding": {
        "x": {
            "field": "digit",
            "type": "ordinal",
            "title": None,
            "axis": {"labelAngle": 0, "labelFontSize": 13, "ticks": False, "domain": False},
        },
        "y": {"field": "probability", "type": "quantitative", "axis": None, "scale": {"domain": [0, 1.12]}},
        "tooltip": [{"field": "digit"}, {"field": "probability", "type": "quantitative", "format": ".2%"}],
    },
    "layer": [
        {
            "mark": {"type": "bar", "cornerRadius": 4, "color": ACCENT, "opacity": 0.1},
            "transform": [{"calculate": "1", "as": "whole"}],
            "encoding": {"y": {"field": "whole"}},
        },
        {
            "mark": {"type": "bar", "cornerRadius": 4, "color": ACCENT},
            "encoding": {"opacity": {"condition": {"test": "datum.read", "value": 1}, "value": 0.5}},
        },
        {
            "transform": [{"filter": f"datum.probability >= {WORTH_A_LABEL}"}],
            "mark": {"type": "text", "dy": -8, "color": ACCENT},
            "encoding": {"text": {"field": "probability", "type": "quantitative", "format": ".0%"}},
        },
    ],
}
"""Bars of ten probabilities."""
ALT = "The probability of each digit from 0 to 9"
"""Like the chart, it says the same of every digit: so a browser builds it once, and then only moves the bars."""


def show_probabilities(digit: Digit | None) -> None:
    """A bar for each of 0 to 9, that of the digit that was read standing out; without a digit, the bare scale."""
    st.vega_lite_chart(probabilities(digit), CHART, alt=ALT, key="probabilities")


def probabilities(digit: Digit | None) -> pd.DataFrame:
    """The ten values, their probabilities, and whether each is the digit that was read."""
    known = digit.probabilities if digit else [0.0] * 10
    read = [digit is not None and value == digit.digit for value in range(10)]
    return pd.DataFrame({"digit": range(10), "probability": known, "read": read})
