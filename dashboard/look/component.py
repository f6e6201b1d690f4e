"""The small components of our own, for what Streamlit has none."""

from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

ROOT = '<div class="root"></div>'


@cache
def component(script: Path) -> ComponentRenderer:
    """A component that is one JavaScript file, and a style sheet of the same name where there is one.

    Streamlit calls the script's function anew whenever its data or the theme has changed, but its clean-up only in
    the end: what it listens to, it must first stop listening to by itself.
    """
    styles = script.with_suffix(".css")
    css = styles.read_text("utf-8") if styles.exists() else None
    return st.components.v2.component(script.stem, html=ROOT, css=css, js=script.read_text("utf-8"))
