"""What the operations work with; tests put other parts in their place."""

from functools import cache
from typing import Annotated

from anyio import CapacityLimiter
from fastapi import Depends, Request

from dashboard.api.waits import Waits
from dashboard.connection.lookup import Lookup
from dashboard.connection.shared import shared_stream
from dashboard.connection.stream import Stream
from pipeline.settings import Settings, settings

SOURCE = "api"
"""Who sends what comes by HTTP."""
LOOKUPS_AT_ONCE = 4


async def the_settings() -> Settings:
    """The settings of this process."""
    return settings()


async def the_stream() -> Stream:
    """The connection of this process."""
    return shared_stream()


async def the_lookup() -> Lookup:
    """Where answers are found that are no news."""
    return _lookup()


@cache
def _lookup() -> Lookup:
    return Lookup(settings(), shared_stream())


@cache
def lookups() -> CapacityLimiter:
    """Threads that may look things up at the same time: disks and Kafka are no faster for more."""
    return CapacityLimiter(LOOKUPS_AT_ONCE)


async def the_waits(request: Request) -> Waits:
    """The waiting of this application."""
    return request.app.state.waits  # type: ignore[no-any-return]


TheSettings = Annotated[Settings, Depends(the_settings)]
TheStream = Annotated[Stream, Depends(the_stream)]
TheLookup = Annotated[Lookup, Depends(the_lookup)]
TheWaits = Annotated[Waits, Depends(the_waits)]
