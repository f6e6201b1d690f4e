"""The API as an application, to be mounted at ``/api`` of the dashboard's server."""

from fastapi import FastAPI

from dashboard.api import corrections, drawings, health, predictions
from dashboard.api.documentation import add_documentation
from dashboard.api.errors import handle_errors
from dashboard.api.waits import Waits

DESCRIPTION = """Drawings in, the numbers they show out: every drawing travels the same stream as one drawn by hand.

    curl --data-binary @digit.png -H 'Content-Type: image/png' 'http://127.0.0.1:8501/api/drawings?wait=10'

What is answered with **202** is on Kafka and is never lost; any server answers for what any other took. Every error
has the form `{"error": {"code", "message"}}`. [The dashboard](/) shows the stream at work.
"""


def make_api() -> FastAPI:
    """All operations, without a connection of their own: see ``parts``."""
    api = FastAPI(title="Inkstream", version="1", description=DESCRIPTION, docs_url=None, redoc_url=None)
    api.state.waits = Waits()
    for part in (drawings, predictions, corrections, health):
        api.include_router(part.router)
    add_documentation(api)
    handle_errors(api)
    return api
