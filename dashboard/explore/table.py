"""A page of drawings as a table, of which one row can be chosen."""

from collections.abc import Mapping

import pyarrow as pa
import streamlit as st

from dashboard.connection.correcting import Correcting
from dashboard.explore.ink import picture_url
from dashboard.explore.rows import Row

ROW_HEIGHT = 44
HEIGHT = 560
INK_WIDTH = 110

COLUMNS = {
    "ink": st.column_config.ImageColumn("Ink", help="What the model saw, digit by digit.", width=INK_WIDTH),
    "number": st.column_config.TextColumn("Read", width="small"),
    "says": st.column_config.TextColumn("Corrected", help="What people say that it is.", width="small"),
    "confidence": st.column_config.ProgressColumn("Confidence", format="percent", min_value=0, max_value=1),
    "source": st.column_config.TextColumn("Source"),
    "predicted_at": st.column_config.DatetimeColumn("Read at (UTC)", format="YYYY-MM-DD HH:mm:ss", timezone="UTC"),
    "milliseconds": st.column_config.NumberColumn(
        "Took, ms", help="From being submitted, by the sender's clock, until it was read.", width="small"
    ),
    "model": st.column_config.TextColumn("Model", width="small"),
    "drawing_id": st.column_config.TextColumn("Drawing"),
}
NO_NUMBER = "no number"


def choose_row(rows: list[Row], corrected: Mapping[str, Correcting], key: str) -> Row | None:
    """Show the rows; the one that is chosen.

    ``corrected`` is what this session says of drawings by their id: the lakehouse has it a moment later.
    """
    said = {drawing_id: correcting.number for drawing_id, correcting in corrected.items()}
    shown = [_shown(row, said.get(row["drawing_id"], row["corrected"])) for row in rows]
    event = st.dataframe(
        pa.Table.from_pylist(shown),
        height=min(HEIGHT, ROW_HEIGHT * (len(rows) + 1)),
        row_height=ROW_HEIGHT,
        hide_index=True,
        column_order=list(COLUMNS),
        column_config=COLUMNS,
        on_select="rerun",
        selection_mode=["single-row", "single-cell"],
        key=key,
    )
    chosen = [*event["selection"]["rows"], *(row for row, _ in event["selection"]["cells"])]
    return rows[chosen[0]] if chosen and chosen[0] < len(rows) else None


def _shown(row: Row, says: str | None) -> Row:
    took = (row["predicted_at"] - row["submitted_at"]).total_seconds() * 1000
    return {
        **{name: row[name] for name in COLUMNS if name in row},
        "ink": picture_url(row["ink"]),
        "says": NO_NUMBER if says == "" else says or "",
        "milliseconds": round(took),
    }
