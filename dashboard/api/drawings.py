"""``POST /api/drawings``: drawings to the stream, and with ``?wait`` what it reads in them."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from dashboard.api.bodies import BINARY, MULTIPART, Limits, read_uploads
from dashboard.api.errors import documented
from dashboard.api.forms import Drawing, Drawings, Pending, drawing, url_of
from dashboard.api.handover import hand_over
from dashboard.api.parts import SOURCE, TheSettings, TheStream, TheWaits

LONGEST_WAIT = 60

router = APIRouter(tags=["drawings"])

Seconds = Annotated[
    float, Query(ge=0, le=LONGEST_WAIT, allow_inf_nan=False, description="how long to wait for the answers")
]
IMAGE_SCHEMA = {"schema": {"type": "string", "format": "binary"}}
BODY = {
    "required": True,
    "description": "an image file (PNG, JPEG, BMP, GIF, WebP, TIFF) or 784 bytes, a raw 28×28 raster as in MNIST; "
    "or a form with one or many such files",
    "content": {
        MULTIPART: {  # the first is what the page to try it offers, with a button for each file
            "schema": {
                "type": "object",
                "properties": {"file": {"type": "array", "items": {"type": "string", "format": "binary"}}},
            }
        },
        "image/*": IMAGE_SCHEMA,
        BINARY: IMAGE_SCHEMA,
    },
}


@router.post(
    "/drawings",
    status_code=HTTPStatus.ACCEPTED,
    response_model=Drawings,
    response_description="Kafka has all of them",
    response_model_exclude_none=True,
    responses={200: {"model": Drawings, "description": "All are answered"}, **documented(400, 413, 415, 422, 429, 503)},
    openapi_extra={"requestBody": BODY},
)
async def send_drawings(
    request: Request,
    response: Response,
    stream: TheStream,
    settings: TheSettings,
    waits: TheWaits,
    wait: Seconds = 0,
) -> Drawings:
    """Send one or many drawings.

    **202**: Kafka has all of them, and each will be answered: see the `url` of each. **200**: with `wait`, when all
    are answered; those that cannot be read have the status `rejected`, with the reason.

    **429**: Kafka is slow or away, and none of them reaches it. **503** `unconfirmed`: each is listed as `pending`
    (Kafka has it), `refused` (it never reaches Kafka) or `unconfirmed` (Kafka may have it: ask at its `url`).
    """
    uploads = await read_uploads(request, Limits(settings.request_drawings, settings.request_mebibytes * 2**20))
    questions = await hand_over([upload.value for upload in uploads], SOURCE, stream)
    if wait:
        await waits.until_done((question.answering for question in questions), wait)
    drawings = [
        drawing(question.id, question.answer if wait else None, url_of(request, question.id), upload.file)
        for question, upload in zip(questions, uploads, strict=True)
    ]
    response.status_code = status_of(drawings)
    if len(drawings) == 1:
        response.headers["Location"] = drawings[0].url
    return Drawings(drawings=drawings)


def status_of(drawings: list[Drawing]) -> int:
    """OK once all are answered."""
    return HTTPStatus.ACCEPTED if any(isinstance(one, Pending) for one in drawings) else HTTPStatus.OK
