"""Drawings out of a request's body, within limits that hold while it is still arriving."""

from collections.abc import AsyncGenerator
from http import HTTPStatus
from typing import Any, NamedTuple, TypeVar

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from dashboard.api.errors import ApiError
from pipeline.recognition.image_limits import MAX_BYTES

MULTIPART, BINARY, IMAGE = "multipart/form-data", "application/octet-stream", "image/"
UNSPECIFIC = {BINARY, "", "application/x-www-form-urlencoded"}
"""What clients call bytes that nobody named, curl's --data-binary among them."""
MOST_FIELDS = 100
"""Fields of a form that are no files; they are passed over."""
LARGEST_FIELD = LARGEST_FORM = 2**16
MEBIBYTE = 2**20

Form = TypeVar("Form", bound=BaseModel)


class Upload(NamedTuple):
    """A drawing, and its file's name where it had one."""

    value: bytes
    file: str | None = None


class Limits(NamedTuple):
    """The most drawings of one request, and the most bytes of its body."""

    drawings: int
    size: int


async def read_uploads(request: Request, limits: Limits) -> list[Upload]:
    """The drawings of a request: its body, or the files of its multipart form.

    Raises:
        ApiError: it has none, or too many, or they are too large, or of another type.
    """
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind == MULTIPART:
        uploads = await _read_form(request, limits)
    elif kind in UNSPECIFIC or kind.startswith(IMAGE):
        uploads = [Upload(b"".join([chunk async for chunk in _arriving(request, min(MAX_BYTES, limits.size))]))]
    else:
        raise _wrong_type(kind)
    _check(uploads)
    return uploads


async def read_json(request: Request, form: type[Form]) -> Form:
    """The body as a form; unlike FastAPI's own reading it does not take in more than a form can be.

    Raises:
        ApiError: it is too large.
        RequestValidationError: it is no such form.
    """
    body = b"".join([chunk async for chunk in _arriving(request, LARGEST_FORM)])
    try:
        return form.model_validate_json(body)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False)
        raise RequestValidationError([problem | {"loc": ("body", *problem["loc"])} for problem in problems]) from error


def json_body(form: type[BaseModel]) -> dict[str, Any]:
    """A form's part in the OpenAPI description of an operation that uses `read_json`."""
    content = {"application/json": {"schema": form.model_json_schema()}}
    return {"requestBody": {"required": True, "content": content}}


async def _read_form(request: Request, limits: Limits) -> list[Upload]:
    body = _arriving(request, limits.size)
    parser = MultiPartParser(
        request.headers, body, max_files=limits.drawings, max_fields=MOST_FIELDS, max_part_size=LARGEST_FIELD
    )
    try:
        form = await parser.parse()
    except MultiPartException as error:
        if "Too many files" in error.message:
            raise _too_many(limits.drawings) from error
        sentence = f"The multipart body cannot be read ({error.message.rstrip('.')}); send it as curl -F file=@… does."
        raise ApiError(HTTPStatus.BAD_REQUEST, "malformed", sentence) from error
    try:
        files = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
        return [Upload(await file.read(), file.filename) for file in files]
    finally:
        await form.close()


async def _arriving(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    """The body as it comes; a sender that announces too much need not send it."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > most:
        raise _too_large("The body", most)
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most:
            raise _too_large("The body", most)
        yield chunk


def _check(uploads: list[Upload]) -> None:
    if not uploads:
        raise ApiError(
            HTTPStatus.BAD_REQUEST,
            "empty",
            "The form holds no file; send each drawing as one, as curl -F file=@… does.",
        )
    for upload in uploads:
        name = upload.file or "The body"
        if not upload.value:
            raise ApiError(
                HTTPStatus.BAD_REQUEST, "empty", f"{name} is empty; send an image, or 784 bytes as in MNIST."
            )
        if len(upload.value) > MAX_BYTES:
            raise _too_large(name, MAX_BYTES)


def _too_large(what: str, most: int) -> ApiError:
    sentence = f"{what} has more than {_readable(most)}; send smaller drawings, or fewer in one request."
    return ApiError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", sentence)


def _readable(size: int) -> str:
    return f"{size // MEBIBYTE} MiB" if size >= MEBIBYTE else f"{size // 1024} KiB"


def _too_many(most: int) -> ApiError:
    sentence = f"The form holds more than {most:,} files; send them in several requests."
    return ApiError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_many", sentence)


def _wrong_type(kind: str) -> ApiError:
    sentence = (
        f"{kind} is not taken; send an image as {IMAGE}png (or its own type) or {BINARY}, or several as {MULTIPART}."
    )
    return ApiError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "wrong_type", sentence)
