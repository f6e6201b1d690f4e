"""``GET /api/health``: whether drawings are read at this moment, and what is away if not."""

from functools import cache
from http import HTTPStatus

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import APIRouter, Response
from pydantic import BaseModel

from dashboard.api.parts import TheSettings
from dashboard.connection.checks import ComponentHealth
from dashboard.connection.health import health

router = APIRouter(tags=["health"])


class HealthBody(BaseModel):
    """The system as a whole, and each part of it."""

    ok: bool
    trouble: str
    components: list[ComponentHealth]


@router.get(
    "/health",
    response_model=HealthBody,
    responses={HTTPStatus.SERVICE_UNAVAILABLE: {"model": HealthBody, "description": "Some part is away"}},
)
async def show_health(response: Response, settings: TheSettings) -> HealthBody:
    """**200** if every part does its work, **503** if one does not; a few seconds old at most."""
    seen = await run_sync(health, settings, limiter=_one_at_a_time())
    if not seen.ok:
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return HealthBody(ok=seen.ok, trouble=seen.trouble, components=list(seen.components))


@cache
def _one_at_a_time() -> CapacityLimiter:
    """The look is shared by all who ask meanwhile."""
    return CapacityLimiter(1)
