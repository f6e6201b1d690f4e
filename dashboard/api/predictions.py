"""``GET /api/predictions``: one answer by its id, or the newest of a kind."""

from datetime import datetime, timezone
from http import HTTPStatus
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic.json_schema import SkipJsonSchema

from dashboard.api.errors import ApiError, documented
from dashboard.api.forms import Drawing, Pending, Predicted, Predictions, drawing, url_of
from dashboard.api.parts import TheLookup, lookups
from dashboard.connection.lookup import Fate
from dashboard.stored.filters import Filters
from pipeline.messages import LONGEST_KEY, LONGEST_SOURCE

POLL_SECONDS = 1

router = APIRouter(tags=["predictions"])


class Listing(BaseModel):
    """Which predictions to list."""

    model_config = ConfigDict(extra="forbid")

    number: str = Field("", pattern=r"^[0-9*]*$", max_length=32, description="what was read; * stands for any digits")
    source: str = Field("", max_length=LONGEST_SOURCE, description="who sent it")
    since: datetime | SkipJsonSchema[None] = Field(
        None, description="predicted then or later: ISO 8601 (UTC without zone), or epoch"
    )
    until: datetime | SkipJsonSchema[None] = Field(None, description="predicted before then")
    min_confidence: float = Field(0, ge=0, le=1)
    max_confidence: float = Field(1, ge=0, le=1)
    limit: int = Field(100, ge=1, le=1000)

    @field_validator("since", "until")
    @classmethod
    def _in_utc(cls, moment: datetime | None) -> datetime | None:
        if moment is None:
            return None
        if moment.tzinfo is None:
            return moment.replace(tzinfo=timezone.utc)
        try:
            return moment.astimezone(timezone.utc)
        except OverflowError:
            raise ValueError("in UTC it is not in the years 1 to 9999") from None

    @property
    def filters(self) -> Filters:
        """The same in the lakehouse's terms."""
        sources = (self.source,) if self.source else ()
        return Filters(
            self.number, self.min_confidence, self.max_confidence, sources, since=self.since, until=self.until
        )


@router.get(
    "/predictions",
    response_model=Predictions,
    response_description="Newest first",
    response_model_exclude_none=True,
    responses=documented(422, 503),
)
async def list_predictions(request: Request, listing: Annotated[Listing, Query()], lookup: TheLookup) -> Predictions:
    """The newest predictions of everybody, newest first: those of the last seconds, and those of the lakehouse."""
    found = await run_sync(lookup.newest, listing.filters, listing.limit, limiter=lookups())
    drawings = [drawing(one.drawing_id, one, url_of(request, one.drawing_id)) for one in found]
    return Predictions(predictions=[one for one in drawings if isinstance(one, Predicted)])


@router.get(
    "/predictions/{drawing_id:path}",
    response_model=Drawing,
    response_description="It was read, or rejected",
    response_model_exclude_none=True,
    responses={202: {"model": Pending, "description": "It is on its way; ask again"}, **documented(404, 422, 503)},
)
async def show_prediction(
    request: Request, response: Response, drawing_id: Annotated[str, Path(max_length=LONGEST_KEY)], lookup: TheLookup
) -> Drawing:
    """What became of a drawing, whoever sent it, however long ago, and whichever server took it.

    **200**: it was read (status `predicted`), or cannot be (status `rejected`, with the reason). **202**: pending.
    """
    finding = lookup.recall(drawing_id)
    if finding is Fate.UNKNOWN:
        finding = await run_sync(lookup.find, drawing_id, limiter=lookups())
    if finding is Fate.UNKNOWN:
        sentence = f"No drawing has the id {drawing_id}; POST /api/drawings gives the ids of what it takes."
        raise ApiError(HTTPStatus.NOT_FOUND, "not_found", sentence)
    if finding is Fate.PENDING:
        response.status_code = HTTPStatus.ACCEPTED
        response.headers["Retry-After"] = str(POLL_SECONDS)
    return drawing(drawing_id, finding, url_of(request, drawing_id))
