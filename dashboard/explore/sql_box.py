"""Asking the lakehouse in SQL."""

import time
from typing import NamedTuple

import pyarrow as pa
import streamlit as st

from dashboard.explore.downloads import comma_separated, parquet
from dashboard.explore.presentation import presentable
from dashboard.look.literally import literally
from dashboard.stored.lakehouse import SECONDS, Lakehouse
from dashboard.stored.opened import MEMORY
from pipeline.lakehouse.query import QueryError

MOST = 10_000
SHOWN = 1_000
LONGEST = 20_000
EXAMPLES = {
    "By number": "SELECT number, count(*) AS drawings, avg(confidence) AS confidence\n"
    "FROM predictions\nGROUP BY number\nORDER BY drawings DESC\nLIMIT 20",
    "By minute": "SELECT date_trunc('minute', predicted_at) AS minute, count(*) AS drawings,\n"
    "    quantile_cont(epoch_ms(predicted_at) - epoch_ms(submitted_at), 0.5) AS median_ms\n"
    "FROM predictions\nWHERE date >= current_date - 1\nGROUP BY minute\nORDER BY minute DESC\nLIMIT 60",
    "Unsure of today": "SELECT ink, number, confidence, digits[1].digit AS first_digit,\n"
    "    digits[1].probabilities AS probabilities\nFROM predictions\nWHERE date = current_date\n"
    "ORDER BY confidence\nLIMIT 20",
    "Corrections": "SELECT p.ink, p.number AS read, c.number AS corrected, p.confidence, c.corrected_at\n"
    "FROM corrected c JOIN predictions p USING (drawing_id)\nORDER BY c.corrected_at DESC\nLIMIT 50",
    "Columns": "DESCRIBE predictions",
}


class Answer(NamedTuple):
    """What a question gave: its rows, at most `MOST`, or why there are none."""

    table: pa.Table | None
    trouble: str
    seconds: float


@st.fragment
def ask_in_sql(lakehouse: Lakehouse) -> None:
    """A box for SQL, examples, and the last answer with its downloads."""
    st.caption(
        "One SELECT in DuckDB's dialect, over the views **predictions**, **corrections** and **corrected** (of each "
        f"drawing the correction that counts). It reads and changes nothing; times are UTC. {MOST:,} rows, "
        f"{SECONDS:g} seconds and {MEMORY} of memory are the most."
    )
    st.session_state.setdefault("sql", EXAMPLES["By number"])
    with st.container(horizontal=True, key="examples"):
        for name, sql in EXAMPLES.items():
            st.button(name, on_click=_put, args=(sql,), type="tertiary", icon=":material/lightbulb:")
    with st.form("sql-form", border=False):
        sql = st.text_area("SQL", key="sql", height=180, max_chars=LONGEST)
        asked = st.form_submit_button("Run", type="primary", icon=":material/play_arrow:", help="Ctrl+Enter")
    if asked:
        st.session_state["sql-answer"] = _ask(lakehouse, sql)
    if answer := st.session_state.get("sql-answer"):
        _show(answer)


def _put(sql: str) -> None:
    st.session_state["sql"] = sql


def _ask(lakehouse: Lakehouse, sql: str) -> Answer:
    began = time.perf_counter()
    table, trouble = None, ""
    try:
        table = lakehouse.ask(sql, rows=MOST)
    except QueryError as error:
        trouble = str(error)
    return Answer(table, trouble, time.perf_counter() - began)


def _show(answer: Answer) -> None:
    if answer.table is None:
        st.warning(literally(answer.trouble), icon=":material/error:")
        return
    table = answer.table
    many = f"The first {MOST:,} rows" if table.num_rows == MOST else f"{table.num_rows:,} rows"
    shown = f", {SHOWN:,} of them shown" if table.num_rows > SHOWN else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"{many}{shown}, in {answer.seconds:.2f} s", width="stretch")
        st.download_button("Parquet", lambda: parquet(table), "answer.parquet", on_click="ignore", key="sql-parquet")
        st.download_button("CSV", lambda: comma_separated(table), "answer.csv", on_click="ignore", key="sql-csv")
    pictures, cells = presentable(table.slice(0, SHOWN))
    config = {name: st.column_config.ImageColumn(name, width="small") for name in pictures}
    st.dataframe(cells, hide_index=True, column_config=config)
