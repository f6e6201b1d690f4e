"""One file of a batch, from waiting to its answer."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from dashboard.connection.question import Question
from pipeline.messages import Prediction, Rejection


class Status(str, Enum):
    """Where a file is, in the words of the page."""

    WAITING = "waiting"
    ON_ITS_WAY = "on its way"
    READ = "read"
    REJECTED = "rejected"
    NOT_SENT = "not sent"


@dataclass(slots=True)
class Entry:
    """A file, and what has become of it so far; its bytes are held from when it is sent until it is answered.

    ``label`` is what it is said to show, None if nothing is said; ``reason`` why it was not read.
    """

    name: str
    read: Callable[[], bytes] | None = None
    label: str | None = None
    status: Status = Status.WAITING
    thumbnail: str = ""
    id: str = ""
    number: str | None = None
    confidence: float | None = None
    reason: str = ""
    milliseconds: int | None = None
    question: Question | None = None

    @property
    def right(self) -> bool | None:
        """Whether it was read as its label says; None as long as that is not known."""
        if self.label is None or self.status not in (Status.READ, Status.REJECTED):
            return None
        return self.number == self.label

    def send(self, question: Question, thumbnail: str) -> None:
        """It is on its way; what it was read from is let go."""
        self.read, self.question, self.id, self.thumbnail = None, question, question.id, thumbnail
        self.status = Status.ON_ITS_WAY

    def give_up(self, reason: str) -> None:
        """It never leaves."""
        self.read, self.reason, self.status = None, reason, Status.NOT_SENT

    def settle(self) -> bool:
        """Take the answer if it is there, and let the drawing go; whether that is done."""
        question = self.question
        if question is None or question.answer is None:
            return question is None
        self.milliseconds = round(question.seconds * 1000)
        match question.answer:
            case Prediction(number=number, confidence=confidence):
                self.number, self.confidence, self.status = number, confidence, Status.READ
            case Rejection(reason=reason):
                self.reason, self.status = reason, Status.REJECTED
        self.question = None
        return True
