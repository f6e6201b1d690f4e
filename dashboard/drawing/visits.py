"""A visit outlives the reload of its page."""

import re
import secrets
from collections import OrderedDict
from functools import cache
from pathlib import Path
from threading import Lock

import streamlit as st

from dashboard.drawing.visit import Visit
from dashboard.look.component import component

SCRIPT = Path(__file__).with_name("ticket.js")
TICKET = re.compile(r"[0-9a-f]{32}")
KEPT = 100
"""Visits that a process keeps for reloads; one that goes on is not lost with them."""


class Visits:
    """The latest visits, each by its ticket; safe for threads."""

    def __init__(self) -> None:
        self._visits: OrderedDict[str, Visit] = OrderedDict()
        self._lock = Lock()

    def resume(self, ticket: str, visit: Visit) -> Visit:
        """The visit of a ticket; ``visit`` becomes it where there is none."""
        with self._lock:
            resumed = self._visits.setdefault(ticket, visit)
            self._visits.move_to_end(ticket)
            if len(self._visits) > KEPT:
                self._visits.popitem(last=False)
            return resumed


def this_visit() -> Visit:
    """This session's visit, or the one before the page was reloaded.

    The browser tab keeps an unguessable ticket and shows it when the page begins anew; another tab has another.
    """
    ticket = st.session_state.setdefault("ticket", secrets.token_hex(16))
    shown = component(SCRIPT)(data={"ticket": ticket}, key="ticket-of-tab", on_ticket_change=lambda: None).ticket
    if isinstance(shown, str) and TICKET.fullmatch(shown):
        ticket = st.session_state["ticket"] = shown
    visit = _visits().resume(ticket, st.session_state.setdefault("visit", Visit()))
    st.session_state["visit"] = visit
    return visit


@cache
def _visits() -> Visits:
    return Visits()
