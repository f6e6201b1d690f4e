"""Every error of the API in one form: a code for programs, and a sentence for people that says what to do."""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from dashboard.connection.outbox import OverloadedError
from dashboard.connection.searching import SearchTimeoutError
from pipeline.lakehouse.query import QueryError
from producers.broker import KafkaUnavailableError

RETRY_SECONDS = 2
DOCUMENTED = "/api/docs shows what there is."

log = logging.getLogger(__name__)


class Problem(BaseModel):
    """What went wrong."""

    code: str = Field(description="stable, for programs")
    message: str = Field(description="what is wrong and what to do, for people")


class ErrorBody(BaseModel):
    """The body of every answer that is an error."""

    error: Problem


class ApiError(Exception):
    """An answer that is an error; ``more`` joins its body, ``retry_seconds`` becomes a Retry-After header."""

    def __init__(
        self, status: int, code: str, message: str, retry_seconds: int | None = None, **more: Sequence[Any]
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.retry_seconds = retry_seconds
        self.more = more


EXAMPLES = {
    400: ("empty", "The body is empty; send an image, or 784 bytes as in MNIST."),
    404: ("not_found", "No drawing has the id abc; POST /api/drawings gives the ids of what it takes."),
    413: ("too_large", "The body has more than 32 MiB; send smaller drawings, or fewer in one request."),
    415: ("wrong_type", "text/plain is not taken; send an image as image/png (or its own type)."),
    422: ("invalid", "wait: input should be less than or equal to 60."),
    429: ("overloaded", "Kafka takes no drawings in time. Nothing was sent."),
    503: ("unavailable", "Kafka does not answer. Try again in a moment."),
}


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The errors that an operation may answer with, for its OpenAPI description."""
    return {status: _documented(status) for status in statuses}


def _documented(status: int) -> dict[str, Any]:
    code, message = EXAMPLES[status]
    content = {"application/json": {"example": {"error": {"code": code, "message": message}}}}
    return {"model": ErrorBody, "description": HTTPStatus(status).phrase, "content": content}


def handle_errors(api: FastAPI) -> None:
    """Have every error of the application answered in the one form."""
    api.add_exception_handler(ApiError, _answer_api_error)
    api.add_exception_handler(RequestValidationError, _answer_invalid)
    api.add_exception_handler(HTTPException, _answer_http_error)
    api.add_exception_handler(Exception, _answer_mistake)
    for away in (KafkaUnavailableError, OverloadedError, QueryError, SearchTimeoutError):
        api.add_exception_handler(away, _answer_busy)


def _response(
    status: int, code: str, message: str, headers: Mapping[str, str] | None = None, **more: Sequence[Any]
) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "message": message}, **more}, status, headers)


async def _answer_api_error(_: Request, error: Any) -> JSONResponse:
    headers = None if error.retry_seconds is None else {"Retry-After": str(error.retry_seconds)}
    return _response(error.status, error.code, str(error), headers, **error.more)


async def _answer_invalid(_: Request, error: Any) -> JSONResponse:
    """A parameter or a field that cannot be: each is named."""
    return _response(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", " ".join(map(_sentence, error.errors())))


def _sentence(problem: Mapping[str, Any]) -> str:
    name = ".".join(str(part) for part in problem["loc"][1:]) or "The body"
    message = str(problem["msg"]).removeprefix("Value error, ").rstrip(".")
    return f"{name}: {message[0].lower()}{message[1:]}."


async def _answer_http_error(request: Request, error: Any) -> JSONResponse:
    phrase = HTTPStatus(error.status_code)
    code = phrase.name.lower()
    if error.status_code == HTTPStatus.NOT_FOUND:
        message = f"There is nothing at {request.url.path}; {DOCUMENTED}"
    elif error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        message = f"{request.method} does not go with {request.url.path}; {DOCUMENTED}"
    else:
        message = f"{error.detail or phrase.phrase}. {DOCUMENTED}"
    return _response(error.status_code, code, message, error.headers)


async def _answer_busy(_: Request, error: Any) -> JSONResponse:
    """Kafka or the lakehouse is away or overloaded: nothing that the caller could mend."""
    sentence = str(error).rstrip(".") or "There was too much on Kafka to look through in time"
    headers = {"Retry-After": str(RETRY_SECONDS)}
    return _response(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", f"{sentence}. Try again in a moment.", headers)


async def _answer_mistake(request: Request, error: Exception) -> JSONResponse:
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    message = "This is our mistake, not yours; the server's log tells more. Try again in a moment."
    return _response(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", message)
