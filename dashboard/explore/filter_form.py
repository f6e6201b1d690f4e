"""The controls that choose which drawings are shown, and in which order."""

from datetime import datetime, timedelta, timezone

import streamlit as st

from dashboard.explore.rows import ORDERS
from dashboard.explore.summary import Origins
from dashboard.stored.filters import Filters

ANY_TIME, BETWEEN = "Any time", "Between …"
SPANS = {"Last hour": timedelta(hours=1), "Last 24 hours": timedelta(days=1), "Last 7 days": timedelta(days=7)}
LONGEST_PATTERN = 64
WIDTH = 170
"""Pixels of a control: as many stand side by side as the screen is wide."""


def choose_filters(origins: Origins) -> Filters:
    """The filters as they are set; times are UTC, as everywhere on the page."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        number = st.text_input(
            "Number",
            placeholder="7, 40*, *2",
            max_chars=LONGEST_PATTERN,
            help="What was read. A star stands for any digits: 4*2 finds 42, 412 and 4072.",
            width=WIDTH,
        )
        sources = st.multiselect("Source", origins.sources, placeholder="All", width=WIDTH)
        models = st.multiselect("Model", origins.models, placeholder="All", width=WIDTH)
        span = st.selectbox("Read (UTC)", [ANY_TIME, *SPANS, BETWEEN], width=WIDTH) or ANY_TIME
        least, most = st.slider("Confidence, %", 0, 100, (0, 100), width=WIDTH)
        corrected = st.toggle("Corrected only", help="Drawings of which somebody said what they really show.")
    since, until = _between() if span == BETWEEN else (_since(span), None)
    return Filters(number, least / 100, most / 100, tuple(sources), tuple(models), since, until, corrected)


def choose_order() -> str:
    """The name of one of `ORDERS`."""
    return st.selectbox("Order", list(ORDERS), label_visibility="collapsed", width=WIDTH) or next(iter(ORDERS))


def _since(span: str) -> datetime | None:
    """To the minute, so that for a minute the same question is asked, and answered from the cache."""
    now = datetime.now(timezone.utc).replace(second=0, microsecond=0)
    return now - SPANS[span] if span in SPANS else None


def _between() -> tuple[datetime | None, datetime | None]:
    with st.container(horizontal=True):
        since = st.datetime_input("From (UTC)", value=None, width=220)
        until = st.datetime_input("To (UTC)", value=None, width=220)
    if since and until and until <= since:
        st.warning("The time to which you look is not after the time from which: nothing can match.")
    return _in_utc(since), _in_utc(until)


def _in_utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=timezone.utc) if moment else None
