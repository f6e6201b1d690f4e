"""Looking through the drawings of the lakehouse."""

import streamlit as st

from dashboard.connection.stream import Stream
from dashboard.explore import downloads
from dashboard.explore.charts import confidences_chart, numbers_chart
from dashboard.explore.correction import show_chosen
from dashboard.explore.filter_form import choose_filters, choose_order
from dashboard.explore.paging import Paging
from dashboard.explore.rows import ORDERS, PAGE, Key, Row, key_of, page
from dashboard.explore.summary import Origins, Summary, origins, summarise
from dashboard.explore.table import choose_row
from dashboard.look.literally import literally
from dashboard.stored.filters import Filters
from dashboard.stored.lakehouse import Lakehouse
from dashboard.stored.shared import shared_lakehouse
from pipeline.lakehouse.query import QueryError

REMEMBERED_SECONDS = 30
"""For so long the figures above the table may be behind the lakehouse; the table itself is not."""

NOTHING_YET = "The lakehouse has no drawings yet. Draw a number: a few seconds after it is read it is here."
NO_MATCH = "No drawing matches. Widen the filters: a shorter number, any time, all confidences."


@st.fragment
def browse(lakehouse: Lakehouse, stream: Stream) -> None:
    """Filters, figures, a page of drawings, and one of them large."""
    try:
        _browse(lakehouse, stream)
    except QueryError as error:
        st.warning(literally(str(error)), icon=":material/timer_off:")


def _browse(lakehouse: Lakehouse, stream: Stream) -> None:
    filters = choose_filters(_origins(lakehouse.uri))
    summary = _summary(lakehouse.uri, filters)
    if filters == Filters() and not summary.drawings:
        st.info(NOTHING_YET, icon=":material/draw:")
        return
    _show_summary(summary)
    paging: Paging = st.session_state.setdefault("paging", Paging())
    table, chosen = st.columns([7, 2], gap="medium")
    with table:
        row = _show_page(lakehouse, filters, summary, paging)
    with chosen.container(border=True, key="chosen"):
        show_chosen(row, st.session_state.setdefault("corrected", {}), stream)


def _show_summary(summary: Summary) -> None:
    figures, numbers, confidences = st.columns([2, 4, 4], gap="medium")
    with figures.container(horizontal=True):
        st.metric("Drawings", f"{summary.drawings:,}")
        st.metric("Less than 50 % sure", f"{summary.unsure:,}")
    with numbers:
        st.caption("What they say")
        st.altair_chart(numbers_chart(summary.numbers), alt="Drawings by number")
    with confidences:
        st.caption("How sure the stream was, in percent")
        st.altair_chart(confidences_chart(summary.confidences), alt="Drawings by confidence")


def _show_page(lakehouse: Lakehouse, filters: Filters, summary: Summary, paging: Paging) -> Row | None:
    with st.container(horizontal=True, vertical_alignment="center", key="toolbar"):
        name = choose_order()
        paging.show(filters, name)
        turns = st.container(horizontal=True, vertical_alignment="center", width="content")
        _offer_downloads(lakehouse, filters, name)
    rows = page(lakehouse, filters, ORDERS[name], paging.after, PAGE + 1)
    with turns:
        _offer_turns(paging, summary, key_of(rows[PAGE - 1], ORDERS[name]) if len(rows) > PAGE else None)
    if not rows:
        st.info(NO_MATCH, icon=":material/search_off:")
        return None
    return choose_row(
        rows[:PAGE], st.session_state.setdefault("corrected", {}), f"rows-{name}-{filters}-{paging.after}"
    )


def _offer_turns(paging: Paging, summary: Summary, end: Key | None) -> None:
    pages = max(-(-summary.drawings // PAGE), paging.number)
    first = paging.number == 1
    st.button("", icon=":material/first_page:", help="First page", disabled=first, on_click=paging.restart, key="first")
    st.button("", icon=":material/chevron_left:", help="Back", disabled=first, on_click=paging.turn_back, key="back")
    st.markdown(f"Page {paging.number:,} of {pages:,}", width="content")
    last, turn = end is None, (end or (),)
    st.button("", icon=":material/chevron_right:", help="On", disabled=last, on_click=paging.turn, args=turn, key="on")
    st.button("", icon=":material/refresh:", help="Look again", key="refresh")


def _offer_downloads(lakehouse: Lakehouse, filters: Filters, order: str) -> None:
    """Made when they are clicked, not before."""
    bound = f"The first {downloads.MOST:,} rows in this order, as filtered."
    with st.container(horizontal=True, width="content"):
        st.download_button(
            "Parquet",
            lambda: downloads.parquet(downloads.first_rows(lakehouse, filters, ORDERS[order])),
            "drawings.parquet",
            "application/vnd.apache.parquet",
            help=f"{bound} With ink and probabilities.",
            on_click="ignore",
            icon=":material/download:",
        )
        st.download_button(
            "CSV",
            lambda: downloads.comma_separated(downloads.first_rows(lakehouse, filters, ORDERS[order], downloads.PLAIN)),
            "drawings.csv",
            "text/csv",
            help=f"{bound} Without ink and probabilities.",
            on_click="ignore",
            icon=":material/download:",
        )


@st.cache_data(ttl=REMEMBERED_SECONDS, max_entries=200, show_spinner=False)
def _summary(uri: str, filters: Filters) -> Summary:  # noqa: ARG001 (the cache is told apart by it)
    return summarise(shared_lakehouse(), filters)


@st.cache_data(ttl=REMEMBERED_SECONDS, max_entries=10, show_spinner=False)
def _origins(uri: str) -> Origins:  # noqa: ARG001 (as above)
    return origins(shared_lakehouse())
