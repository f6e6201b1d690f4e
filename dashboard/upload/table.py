"""The files of a batch as a table, a page at a time: only the thumbnails that are seen travel to the browser."""

from collections.abc import Sequence

import pyarrow as pa
import streamlit as st

from dashboard.upload.entry import Entry
from dashboard.upload.results import AS_UPLOADED, CHOICES, ORDERS, WRONG_CHOICE, chosen

PAGE = 100
ROW_HEIGHT = 44
HEIGHT = 620

COLUMNS = {
    "drawing": st.column_config.ImageColumn("Drawing", width=90),
    "number": st.column_config.TextColumn("Number", width="small"),
    "confidence": st.column_config.ProgressColumn("Confidence", format="percent", min_value=0, max_value=1),
    "status": st.column_config.TextColumn("Status", width="small"),
    "file": st.column_config.TextColumn("File"),
    "milliseconds": st.column_config.NumberColumn(
        "Took, ms", help="From being sent until the answer was here.", width="small"
    ),
    "label": st.column_config.TextColumn("Label", width="small"),
    "right": st.column_config.CheckboxColumn("Right", width="small"),
    "reason": st.column_config.TextColumn("Why it was not read"),
}
SCHEMA = pa.schema(
    [
        ("drawing", pa.string()),
        ("number", pa.string()),
        ("confidence", pa.float64()),
        ("status", pa.string()),
        ("file", pa.string()),
        ("milliseconds", pa.int64()),
        ("label", pa.string()),
        ("right", pa.bool_()),
        ("reason", pa.string()),
    ]
)
ONLY_WITH_LABELS = {"label", "right"}


def show_table(entries: Sequence[Entry]) -> None:
    """Show the files with what is known of them, and the controls that choose and sort them."""
    labelled = any(entry.label is not None for entry in entries)
    with st.container(horizontal=True, vertical_alignment="center", key="choosing"):
        choices = [*CHOICES, *(WRONG_CHOICE if labelled else ())]
        choice = st.segmented_control("Show", choices, default="All", required=True, label_visibility="collapsed")
        order = st.selectbox("Order", list(ORDERS), label_visibility="collapsed", width=170)
        found = chosen(entries, choice or "All", order or AS_UPLOADED)
        page = _choose_page(len(found))
    if not found:
        st.caption("No file is in this state.")
        return
    _show(found[(page - 1) * PAGE : page * PAGE], labelled)


def _choose_page(count: int) -> int:
    pages = max(1, -(-count // PAGE))
    if pages == 1:
        return 1
    page = st.number_input("Page", 1, pages, key=f"page-of-{pages}", label_visibility="collapsed", width=120)
    st.markdown(f"of {pages} pages", width="content")
    return int(page)


def _show(entries: Sequence[Entry], labelled: bool) -> None:
    unread = any(entry.reason for entry in entries)
    hidden = (set() if labelled else ONLY_WITH_LABELS) | (set() if unread else {"reason"})
    st.dataframe(
        pa.Table.from_pylist([_row(entry) for entry in entries], SCHEMA),
        height=min(HEIGHT, ROW_HEIGHT * (len(entries) + 1)),
        row_height=ROW_HEIGHT,
        hide_index=True,
        column_order=[name for name in COLUMNS if name not in hidden],
        column_config=COLUMNS,
        key="files",
    )


def _row(entry: Entry) -> dict[str, object]:
    return {
        "drawing": entry.thumbnail,
        "number": entry.number or "",
        "confidence": entry.confidence,
        "status": entry.status.value,
        "file": entry.name,
        "milliseconds": entry.milliseconds,
        "label": entry.label or "",
        "right": entry.right,
        "reason": entry.reason,
    }
