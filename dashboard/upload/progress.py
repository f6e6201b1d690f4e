"""How far a batch is, followed by itself for as long as an answer is to come."""

from collections.abc import Sequence

import streamlit as st

from dashboard.connection.stream import Stream
from dashboard.look.literally import literally
from dashboard.upload.batch import Batch, Counts
from dashboard.upload.courier import Courier
from dashboard.upload.results import comma_separated
from dashboard.upload.table import show_table

EVERY_SECONDS = 1.0
SHOWN_NOTES = 6


def follow(batch: Batch, courier: Courier, stream: Stream) -> None:
    """Show the batch, and show it anew each second until it is done."""
    pending = batch.pending
    st.fragment(_show, run_every=EVERY_SECONDS if pending else None)(batch, courier, stream, pending)


def _show(batch: Batch, courier: Courier, stream: Stream, ticking: bool) -> None:
    courier.look()
    batch.collect()
    counts = batch.counts()
    if ticking and not counts.pending:
        st.rerun()  # the page without a clock
    _show_counts(counts)
    _show_troubles(batch, stream, counts)
    show_table(batch.entries)
    st.download_button(
        "Download as CSV",
        lambda: comma_separated(batch.entries),
        "answers.csv",
        "text/csv",
        on_click="ignore",
        icon=":material/download:",
        help="All files, whatever the table shows.",
    )


def _show_counts(counts: Counts) -> None:
    text = (
        f"{counts.done:,} of {counts.files:,} files are done"
        if counts.pending
        else f"All {counts.files:,} files are done"
    )
    st.progress(counts.done / counts.files, text)
    with st.container(horizontal=True, key="counts"):
        st.metric("Read", f"{counts.read:,}")
        st.metric("Not read", f"{counts.rejected + counts.not_sent:,}")
        st.metric("Pending", f"{counts.pending:,}")
        if counts.labelled:
            share = f"{counts.right / counts.labelled:.1%}"
            st.metric("Right", share, help=f"{counts.right:,} of {counts.labelled:,} that were labelled and answered.")


def _show_troubles(batch: Batch, stream: Stream, counts: Counts) -> None:
    if counts.pending and stream.trouble:
        st.warning(f"{stream.trouble} The files wait, and go on by themselves.", icon=":material/cloud_off:")
    elif counts.pending and batch.held_back:
        st.info("Kafka has as much as it takes at the moment. The rest follows by itself.", icon=":material/schedule:")
    show_notes(batch.notes)


def show_notes(notes: Sequence[str]) -> None:
    """Show what was not as it should be in what was uploaded, the newest first."""
    if notes:
        st.warning("  \n".join(map(literally, reversed(notes[-SHOWN_NOTES:]))), icon=":material/info:")
