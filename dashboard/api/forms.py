"""What the API answers, as JSON; also the source of its OpenAPI description."""

from typing import Annotated, Any, Literal, TypeAlias
from urllib.parse import quote

from fastapi import Request
from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema

from dashboard.connection.lookup import Fate
from pipeline.messages import Digit, Prediction, Rejection
from producers.answers import Message

DrawingId = Annotated[str, Field(examples=["01a1fe4b-40c3-7248-a6db-1e41102c1e73"])]
Milliseconds = Annotated[int, Field(description="epoch milliseconds", examples=[1795266542558])]


class Pending(BaseModel):
    """A drawing on its way: Kafka has it, and its answer will come."""

    id: DrawingId
    status: Literal["pending"] = "pending"
    file: str | SkipJsonSchema[None] = Field(None, description="its name in a multipart request")
    url: str = Field(description="where its answer will be", examples=["/api/predictions/01a1fe4b-40c3-…"])


class Predicted(BaseModel):
    """A drawing that was read."""

    id: DrawingId
    status: Literal["predicted"] = "predicted"
    file: str | SkipJsonSchema[None] = None
    url: str
    number: str = Field(description="what it says", examples=["407"])
    confidence: float = Field(ge=0, le=1, examples=[0.998])
    digits: list[Digit] = Field(description="from left to right; box: left, top, width, height in the drawing's pixels")
    model: str = Field(description="version of the CNN")
    source: str = Field(description="who sent it")
    submitted_at: Milliseconds
    predicted_at: Milliseconds


class Rejected(BaseModel):
    """A drawing that could not be read, and why."""

    id: DrawingId
    status: Literal["rejected"] = "rejected"
    file: str | SkipJsonSchema[None] = None
    url: str
    code: str = Field(description="stable, for programs", examples=["not_an_image"])
    reason: str = Field(description="for people")
    rejected_at: Milliseconds


Drawing: TypeAlias = Annotated[Pending | Predicted | Rejected, Field(discriminator="status")]


class Drawings(BaseModel):
    """One entry a drawing, in the order in which they were sent."""

    drawings: list[Drawing]


class Predictions(BaseModel):
    """Predictions, newest first."""

    predictions: list[Predicted]


def drawing(
    drawing_id: str, finding: Message | Fate | None, url: str, file: str | SkipJsonSchema[None] = None
) -> Drawing:
    """What is known of a drawing; without an answer it is pending."""
    known: dict[str, Any] = {"id": drawing_id, "file": file, "url": url}
    match finding:
        case Prediction():
            return Predicted(**known, **_fields(finding, Predicted))
        case Rejection():
            return Rejected(**known, **_fields(finding, Rejected))
    return Pending(**known)


def url_of(request: Request, drawing_id: str) -> str:
    """The path at which a drawing's answer is, or will be."""
    return f"{request.scope.get('root_path', '')}/predictions/{quote(drawing_id)}"


def _fields(message: Message, form: type[BaseModel]) -> dict[str, Any]:
    return {name: getattr(message, name) for name in form.model_fields if hasattr(message, name)}
