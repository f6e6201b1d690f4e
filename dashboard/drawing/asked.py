"""One drawing that a session has asked about, and what came of it."""

from dataclasses import dataclass

from dashboard.connection.correcting import Correcting
from dashboard.connection.question import Question
from producers.answers import Message


@dataclass(eq=False)
class Asked:
    """A question of this session: from which sheet of paper, by itself or by a press, and how it was corrected."""

    question: Question
    sheet: int
    automatic: bool = False
    correction: Correcting | None = None

    @property
    def id(self) -> str:
        """The drawing's id."""
        return self.question.id

    @property
    def answer(self) -> Message | None:
        """What the stream says of it, if it has said anything yet."""
        return self.question.answer

    @property
    def corrected(self) -> str | None:
        """The number that a person says it shows, "" for no number; None if nobody said anything."""
        return self.correction.number if self.correction else None

    @property
    def settled(self) -> bool:
        """Whether nothing of it is on its way any more: neither the answer nor a correction."""
        return self.answer is not None and (self.correction is None or self.correction.sent)
