"""The dashboard: what its pages share, and the way between them.

``make start`` serves it together with the HTTP API (``dashboard/server.py``); alone it runs with
``streamlit run dashboard/app.py`` from the repository's root.
"""

from pathlib import Path

import streamlit as st

from dashboard.look.menu import close_menu_on_choice
from dashboard.look.trouble import show_trouble

HERE = Path(__file__).parent

st.set_page_config(page_title="Inkstream", page_icon=HERE / "icon.svg", layout="wide")
st.html(HERE / "style.css")
st.logo(str(HERE / "icon.svg"))

page = st.navigation(
    [
        st.Page(HERE / "views" / "draw.py", title="Draw", icon=":material/draw:", default=True),
        st.Page(HERE / "views" / "upload.py", title="Upload", icon=":material/upload_file:"),
        st.Page(HERE / "views" / "explore.py", title="Lakehouse", icon=":material/database:"),
        st.Page(HERE / "views" / "throughput.py", title="Throughput", icon=":material/monitoring:"),
    ],
    position="top",
)
show_trouble()
close_menu_on_choice()
page.run()
