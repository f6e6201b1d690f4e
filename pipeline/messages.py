"""The record forms that travel on Kafka: a drawing comes in, a prediction or a rejection goes out.

These are the contracts with the outside world; nothing here touches Kafka, Beam or the CNN.
"""

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import orjson
from pydantic import Base64Bytes, TypeAdapter

Box: TypeAlias = tuple[int, int, int, int]
"""A rectangle in the drawing's own pixels: left, top, width, height."""

LONGEST_KEY = 1024
"""Bytes of a drawing's id; it travels in each answer."""
SOURCE_HEADER = "source"
SUBMITTED_AT_HEADER = "submitted-at"


class Origin(NamedTuple):
    """Where on Kafka a drawing arrived."""

    topic: str
    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.topic}-{self.partition}-{self.offset}"


@dataclass(frozen=True, slots=True)
class Digit:
    """One digit read in a drawing, with the probability of each of 0 to 9."""

    digit: int
    confidence: float
    probabilities: list[float]
    box: Box


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a drawing says: ``number`` is its digits from left to right; times are epoch milliseconds."""

    drawing_id: str
    number: str
    confidence: float
    digits: list[Digit]
    model: str
    submitted_at: int
    predicted_at: int

    def to_json(self) -> bytes:
        """The value of a record on the predictions topic."""
        return orjson.dumps(self)

    @classmethod
    def from_json(cls, value: bytes) -> "Prediction":
        """Read a record of the predictions topic; fields added by later versions are ignored.

        Raises:
            ValueError: it is not JSON, or a field is missing or of another type.
        """
        return _PREDICTION.validate_python(orjson.loads(value))


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a record could not be read as a drawing: a stable ``code``, a sentence, and the record itself.

    ``value`` is None for a tombstone, ``key`` for a record without key; both are base64 in JSON.
    """

    drawing_id: str
    code: str
    reason: str
    topic: str
    partition: int
    offset: int
    key: Base64Bytes | None
    value: Base64Bytes | None
    rejected_at: int

    def to_json(self) -> bytes:
        """The value of a record on the rejected topic."""
        return _REJECTION.dump_json(self)

    @classmethod
    def from_json(cls, value: bytes) -> "Rejection":
        """Read a record of the rejected topic; fields added by later versions are ignored.

        Raises:
            ValueError: it is not JSON, or a field is missing or of another type.
        """
        return _REJECTION.validate_python(orjson.loads(value))


_PREDICTION = TypeAdapter(Prediction)
_REJECTION = TypeAdapter(Rejection)
