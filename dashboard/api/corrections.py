"""``POST /api/corrections``: a person says what a drawing really shows."""

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from dashboard.api.bodies import json_body, read_json
from dashboard.api.errors import ApiError, documented
from dashboard.api.handover import RETRY_SECONDS, TAKEN_WITHIN_SECONDS, back_pressure
from dashboard.api.parts import SOURCE, TheLookup, TheStream
from dashboard.api.waits import until_done
from dashboard.connection.outbox import OverloadedError
from pipeline.messages import LONGEST_KEY, NUMBER, Prediction

router = APIRouter(tags=["corrections"])


class CorrectionBody(BaseModel):
    """What a drawing really says."""

    model_config = ConfigDict(extra="forbid")

    drawing_id: Annotated[str, Field(min_length=1, max_length=LONGEST_KEY, examples=["01a1fe4b-40c3-7248-…"])]
    number: Annotated[
        str,
        Field(
            pattern=f"^{NUMBER}$",
            description='its digits; "" if it shows no number',
            examples=["42"],
        ),
    ]


class Accepted(BaseModel):
    """The correction is on its way into the lakehouse."""

    drawing_id: str
    number: str
    status: Literal["accepted"] = "accepted"


@router.post(
    "/corrections",
    status_code=HTTPStatus.ACCEPTED,
    response_model=Accepted,
    response_description="Kafka has it",
    responses=documented(413, 422, 429, 503),
    openapi_extra=json_body(CorrectionBody),
)
async def correct(request: Request, stream: TheStream, lookup: TheLookup) -> Accepted:
    """Correct a drawing's number; of several corrections of a drawing the last counts.

    **202**: Kafka has it. **503** `unconfirmed`: it has not said so, and may have it; to send it again does no harm.
    """
    body = await read_json(request, CorrectionBody)
    known = lookup.recall(body.drawing_id)
    read = known.number if isinstance(known, Prediction) else ""
    try:
        correcting = stream.correct(body.drawing_id, body.number, read, SOURCE)
    except OverloadedError as error:
        raise back_pressure(str(error)) from error
    await until_done([correcting.sending], TAKEN_WITHIN_SECONDS)
    if not correcting.sent:
        if stream.withdraw(correcting):
            raise back_pressure(f"{stream.trouble or 'Kafka takes no corrections in time.'} Nothing was sent.")
        sentence = "Kafka has not acknowledged the correction, and may have it; to send it again does no harm."
        raise ApiError(HTTPStatus.SERVICE_UNAVAILABLE, "unconfirmed", sentence, RETRY_SECONDS)
    return Accepted(drawing_id=body.drawing_id, number=body.number)
