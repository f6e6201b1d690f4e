"""The stream at work, live."""

import streamlit as st

from dashboard.throughput.charts import CHARTS, show_chart
from dashboard.throughput.components import show_cluster, show_components
from dashboard.throughput.numbers import show_numbers
from dashboard.throughput.overview import shared_overview
from dashboard.throughput.replay_box import show_replay

overview = shared_overview()

with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
    st.title("Throughput", anchor=False, width="content")
    minutes = st.segmented_control(
        "The last minutes",
        [1, 5, 15],
        default=5,
        required=True,
        format_func="{} min".format,
        key="minutes",
        label_visibility="collapsed",
    )


@st.fragment(run_every=1 if minutes == 1 else 2)
def show(minutes: int) -> None:
    """Everything that moves."""
    with st.container(key="live"):
        view = overview.view(minutes)
        with st.container(key="troubles"):  # always there, so that what is below stays where it is
            for sentence in view.troubles:
                st.warning(f"{sentence} The charts keep what they have.", icon=":material/cloud_off:")
        show_numbers(view.picture.numbers, minutes)
        show_replay(overview, view.picture.numbers)
        for pair in zip(CHARTS[::2], CHARTS[1::2], strict=True):
            for name, column in zip(pair, st.columns(2), strict=True):
                with column:
                    show_chart(name, view.picture)
        left, right = st.columns(2)
        with left:
            show_components(view.health)
        with right:
            show_cluster(view.cluster)


show(minutes or 5)
