"""Says on every page what part of the stream is away, and no more once it is back."""

from pathlib import Path

from dashboard.look.component import component

SCRIPT = Path(__file__).with_name("trouble.js")


def show_trouble() -> None:
    """A note at the page's foot while something is away.

    The browser asks ``/api/health`` now and then, as long as somebody looks: an open page notices an outage and its
    end without any script running here.
    """
    component(SCRIPT)(key="trouble")
