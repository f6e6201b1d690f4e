"""The record forms that travel on Kafka: a drawing comes in, a prediction or rejection goes out, a correction returns.

These are the contracts with the outside world; nothing here touches Kafka, Beam or the CNN.
"""

import re
from dataclasses import dataclass
from typing import Annotated, NamedTuple, TypeAlias

import orjson
from pydantic import Base64Bytes, Field, TypeAdapter

Box: TypeAlias = tuple[int, int, int, int]
"""A rectangle in the drawing's own pixels: left, top, width, height."""

LONGEST_KEY = 1024
"""Bytes of a drawing's id; it travels in each answer."""
LONGEST_SOURCE = 200
LONGEST_NUMBER = 32
"""Digits of a number that a person states, as a drawing's label or to correct what was read."""
NUMBER = rf"[0-9]{{0,{LONGEST_NUMBER}}}"
"""All of such a number, as a regular expression; "" says that there is none."""
LATEST_TIME = 253_402_300_799_999
"""The end of the year 9999 in epoch milliseconds; few readers of Parquet can show a later time."""
SOURCE_HEADER = "source"
SUBMITTED_AT_HEADER = "submitted-at"
LABEL_HEADER = "label"


def is_number(text: str) -> bool:
    """Whether a person can state this: all of it matches `NUMBER`."""
    return re.fullmatch(NUMBER, text) is not None


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
    """What a drawing says: ``number`` is its digits from left to right; times are epoch milliseconds.

    ``arrived_at`` is the broker's time, and ``topic``, ``partition`` and ``offset`` where the drawing arrived;
    ``label`` is what its sender says that it shows, None if nobody said; ``batch_size`` counts the drawings that were
    read in one inference, itself among them. Records of earlier versions lack these.
    """

    drawing_id: str
    number: str
    confidence: float
    digits: list[Digit]
    model: str
    submitted_at: int
    predicted_at: int
    arrived_at: int | None = None
    topic: str = ""
    partition: int = -1
    offset: int = -1
    source: str = ""
    label: str | None = None
    batch_size: int | None = None

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
    """Why a record could not be read as a drawing: a stable ``code``, a sentence or more, and the record itself.

    ``value`` is None for a tombstone, ``key`` for a record without key; both are base64 in JSON. One that is too large
    to be carried is None, too: ``reason`` then tells its size, and ``topic``, ``partition`` and ``offset`` where it is.
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


@dataclass(frozen=True, slots=True)
class Correction:
    """What a drawing really says, when a person looks at it; the record's key is the drawing's id.

    ``number`` is its digits, "" if it shows no number at all; ``read`` is what the stream read, "" if that is unknown;
    ``source`` names who corrects; ``corrected_at`` is in epoch milliseconds.
    """

    drawing_id: Annotated[str, Field(min_length=1, max_length=LONGEST_KEY)]
    number: Annotated[str, Field(pattern=f"^{NUMBER}$")]
    read: Annotated[str, Field(pattern=r"^[0-9]*$")]
    source: Annotated[str, Field(max_length=LONGEST_SOURCE)]
    corrected_at: Annotated[int, Field(ge=0, le=LATEST_TIME)]

    def to_json(self) -> bytes:
        """The value of a record on the corrections topic."""
        return orjson.dumps(self)

    @classmethod
    def from_json(cls, value: bytes) -> "Correction":
        """Read a record of the corrections topic; fields added by later versions are ignored.

        Raises:
            ValueError: it is not JSON, or a field is missing, of another type or impossible.
        """
        return _CORRECTION.validate_python(orjson.loads(value))


_PREDICTION = TypeAdapter(Prediction)
_REJECTION = TypeAdapter(Rejection)
_CORRECTION = TypeAdapter(Correction)
