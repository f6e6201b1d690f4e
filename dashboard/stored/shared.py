"""The one `Lakehouse` of this server process, so that its bounds hold for all sessions together."""

from functools import cache

from dashboard.stored.lakehouse import Lakehouse
from pipeline.settings import settings


@cache
def shared_lakehouse() -> Lakehouse:
    """Nothing is opened before it is asked."""
    return Lakehouse(settings().lakehouse)
