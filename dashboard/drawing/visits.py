"""A visit outlives the reload of its page."""

import re
import secrets
from pathlib import Path

import streamlit as st

from dashboard.drawing.visit import Visit
from dashboard.look.component import component

SCRIPT = Path(__file__).with_name("ticket.js")
TICKET = re.compile(r"[0-9a-f]{32}")


def this_visit() -> Visit:
    """This session's visit, or the one before the page was reloaded.

    The browser tab keeps an unguessable ticket and shows it when the page begins anew; another tab has another.
    """
    ticket = st.session_state.setdefault("ticket", secrets.token_hex(16))
    shown = component(SCRIPT)(data={"ticket": ticket}, key="ticket-of-tab", on_ticket_change=lambda: None).ticket
    if isinstance(shown, str) and TICKET.fullmatch(shown):
        ticket = st.session_state["ticket"] = shown
    visit: Visit = st.session_state.setdefault(f"visit-{ticket}", _visit_of(ticket))
    return visit


@st.cache_resource(max_entries=200, ttl="6h", show_spinner=False)
def _visit_of(ticket: str) -> Visit:
    del ticket  # it is the key
    return Visit()
