"""What one browser session has drawn, asked and been told."""

from collections import deque
from dataclasses import dataclass, field

from dashboard.question import Question
from dashboard.stream import Stream, StreamAwayError

PATIENCE_SECONDS = 10.0
REMEMBERED = 30

BLANK = "The paper is still blank. Draw a number on it, then press Predict."
KEPT = "Your drawing is kept: press Predict again in a moment."


@dataclass
class Visit:
    """The state of one session.

    Streamlit may stop a script at any ``st`` call and start the next one at once, so every change
    here is complete in itself: what a stopped script has begun, the next one carries on.
    """

    sheet: int = 0
    notice: str = ""
    _questions: deque[Question] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    _open: Question | None = None
    _pressed: bool = False

    @property
    def answered(self) -> list[Question]:
        """The questions that have been answered, newest first."""
        return [question for question in self._questions if question.answer]

    def press_predict(self) -> None:
        """Ask for what is on the paper, at the next `submit`."""
        self._pressed = True

    def clear_canvas(self) -> None:
        """Take a new sheet of paper."""
        self.sheet += 1
        self.notice = ""

    def clear_predictions(self) -> None:
        """Forget every answer, and what is still to be answered."""
        self._questions.clear()
        self._open = None
        self.notice = ""

    def submit(self, drawing: bytes | None, stream: Stream) -> None:
        """Send the drawing, a PNG or None for blank paper, if Predict was pressed for it; else do nothing."""
        if not self._pressed:
            return
        self._pressed, self._open, self.notice = False, None, ""
        if drawing is None:
            self.notice = BLANK
        else:
            self._ask(drawing, stream)

    def wait(self, timeout_seconds: float) -> float | None:
        """Wait a little for the open question's answer: the seconds since it was asked, None once that is over."""
        question = self._open
        if question is None:
            return None
        if question.wait(timeout_seconds):
            self._close(question)
        elif question.seconds > PATIENCE_SECONDS and self._close(question):
            self.notice = f"No answer within {PATIENCE_SECONDS:.0f} seconds: the stream may be starting. {KEPT}"
        return question.seconds if self._open else None

    def _ask(self, drawing: bytes, stream: Stream) -> None:
        try:
            self._open = stream.ask(drawing)
        except StreamAwayError as away:
            self.notice = f"{away}. {KEPT}"
        else:
            self._questions.appendleft(self._open)

    def _close(self, question: Question) -> bool:
        """Wait for this question no longer; False if by now another one is open."""
        is_open = self._open is question
        if is_open:
            self._open = None
        return is_open
