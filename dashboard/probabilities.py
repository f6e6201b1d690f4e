"""How sure the model is of a digit, and what else it might be."""

import altair as alt

from pipeline.messages import Digit

ACCENT = "#6366f1"  # seen well on the light and on the dark ground of .streamlit/config.toml
WORTH_A_LABEL = 0.005


def probability_chart(digit: Digit) -> alt.LayerChart:
    """Bars of the ten probabilities of one digit; the digit that was read stands out."""
    rows = [{"digit": value, "probability": probability} for value, probability in enumerate(digit.probabilities)]
    chart = alt.Chart(alt.InlineData(rows), height=220).encode(
        x=alt.X("digit:O", title=None, axis=alt.Axis(labelAngle=0, labelFontSize=13, ticks=False, domain=False)),
        y=alt.Y("probability:Q", title=None, axis=None, scale=alt.Scale(domain=[0, 1.1])),
        tooltip=[alt.Tooltip("digit:O"), alt.Tooltip("probability:Q", format=".2%")],
    )
    opacity = alt.condition(alt.datum.digit == digit.digit, alt.value(1), alt.value(0.5))
    bars = chart.mark_bar(cornerRadiusEnd=4, color=ACCENT).encode(opacity=opacity)
    labels = chart.mark_text(dy=-8, color=ACCENT).encode(text=alt.Text("probability:Q", format=".0%"))
    labels = labels.transform_filter(alt.datum.probability >= WORTH_A_LABEL)
    return alt.LayerChart(layer=[bars, labels], background="transparent")
