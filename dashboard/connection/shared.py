"""The one `Stream` of this server process."""

from functools import cache

from dashboard.connection.stream import Stream
from pipeline.settings import settings


@cache
def shared_stream() -> Stream:
    """Connected when first asked for; it lives as long as the process."""
    return Stream(settings())
