"""Everything the lakehouse holds: look through it, ask it in SQL, take it away, correct it."""

import streamlit as st

from dashboard.connection.shared import shared_stream
from dashboard.explore.browser import browse
from dashboard.explore.sql_box import ask_in_sql
from dashboard.stored.shared import shared_lakehouse
from pipeline.lakehouse.table import NoTableYetError, open_table

lakehouse = shared_lakehouse()

st.title("Lakehouse", anchor=False)
st.caption("Every drawing that was ever read, once, in Parquet files that any Delta reader opens.")

try:
    open_table(lakehouse.uri)
except NoTableYetError:
    st.info("There is no lakehouse yet. Draw a number: a few seconds after it is read it is here.")
    st.stop()

looking, asking = st.tabs([":material/search: Browse", ":material/code: SQL"])
with looking:
    browse(lakehouse, shared_stream())
with asking:
    ask_in_sql(lakehouse)
