"""What one browser session has drawn, asked, been told and put right."""

from dataclasses import dataclass, field

from dashboard.connection.outbox import OverloadedError
from dashboard.connection.stream import Stream
from dashboard.drawing.asked import Asked

PATIENCE_SECONDS = 3.0
"""So long a script waits for an answer; after that, the page looks for it now and then."""
REMEMBERED = 100

BLANK = "The paper is still blank. Draw a number on it, then press Predict."


@dataclass
class Visit:
    """The state of one session.

    Streamlit may stop a script at any ``st`` call and start the next one at once, so every change
    here is complete in itself: what a stopped script has begun, the next one carries on.
    """

    notice: str = ""
    _asked: list[Asked] = field(default_factory=list)
    _sheet: int = 0
    _looked_at: str = ""
    _pressed: bool = False

    @property
    def answered(self) -> list[Asked]:
        """What has been answered, newest first; of the automatic answers to one sheet, only the last."""
        return list(_without_superseded([asked for asked in self._asked if asked.answer]))

    @property
    def unsettled(self) -> list[Asked]:
        """What is still on its way, newest first."""
        return [asked for asked in self._asked if not asked.settled]

    @property
    def pending(self) -> Asked | None:
        """The newest question as long as it is not answered."""
        return self._asked[0] if self._asked and not self._asked[0].answer else None

    @property
    def looked_at(self) -> Asked | None:
        """The answer that was picked from the history, if one was."""
        return next((asked for asked in self._asked if asked.id == self._looked_at), None)

    @property
    def shown(self) -> Asked | None:
        """The answer to show: the one picked, else the newest unless a newer one is on its way."""
        newest = None if self.pending else next(iter(self.answered), None)
        return self.looked_at or newest

    def press_predict(self) -> None:
        """Ask for what is on the paper, at the next `submit`."""
        self._pressed = True

    def clear_canvas(self) -> None:
        """The paper is a new sheet."""
        self._sheet += 1
        self._looked_at = self.notice = ""

    def clear_predictions(self) -> None:
        """Forget every answer, and what is still to be answered."""
        self._asked = []
        self._looked_at = self.notice = ""

    def look_at(self, drawing_id: str = "") -> None:
        """Show an answer of the history, or the newest one again."""
        self._looked_at, self.notice = drawing_id, ""

    def submit(self, drawing: bytes | None, stream: Stream, rested: bool = False) -> None:
        """Send the drawing, a PNG or None for blank paper, if Predict was pressed for it; else do nothing.

        ``rested``: the pen rests in the automatic mode; then what was asked already, and blank paper, is let be.
        """
        self._drop_outdated(drawing)
        pressed, self._pressed = self._pressed, False
        if not pressed and not (rested and drawing and self._is_news(drawing)):
            return
        self.notice = self._looked_at = ""
        if drawing is None:
            self.notice = BLANK
        else:
            self._ask(drawing, stream, automatic=not pressed)

    def wait(self, timeout_seconds: float) -> float | None:
        """Wait a little for the newest answer: the seconds since it was asked for, None once waiting is over."""
        pending = self.pending
        if pending is None or pending.question.wait(timeout_seconds):
            return None
        seconds = pending.question.seconds
        return seconds if seconds < PATIENCE_SECONDS else None

    def correct(self, asked: Asked, number: str, stream: Stream) -> None:
        """Say what a drawing really shows: digits, or "" for no number."""
        read = getattr(asked.answer, "number", "")
        try:
            asked.correction = stream.correct(asked.id, number, read)
        except (ValueError, OverloadedError) as error:
            self.notice = str(error)

    def _ask(self, drawing: bytes, stream: Stream, automatic: bool) -> None:
        try:
            question = stream.ask(drawing)
        except (ValueError, OverloadedError) as error:
            self.notice = f"{error} Your drawing is kept."
            return
        kept = {asked.id for asked in (*self.answered, *self.unsettled)}
        before = [asked for asked in self._asked if asked.id in kept]
        self._asked = [Asked(question, self._sheet, automatic), *before][:REMEMBERED]

    def _is_news(self, drawing: bytes) -> bool:
        return not self._asked or self._asked[0].sheet != self._sheet or self._asked[0].question.drawing != drawing

    def _drop_outdated(self, drawing: bytes | None) -> None:
        """An automatic question whose drawing has gone on is not worth an answer any more."""
        outdated = [asked for asked in self._asked if asked.automatic and not asked.answer]
        outdated = [asked for asked in outdated if asked.question.drawing != drawing]
        if outdated:
            self._asked = [asked for asked in self._asked if asked not in outdated]


def _without_superseded(answered: list[Asked]) -> list[Asked]:
    """Leave out the automatic answers, unless corrected, to a sheet of which there is a newer answer."""
    newest = {asked.sheet: asked for asked in reversed(answered)}
    return [asked for asked in answered if asked.correction or not asked.automatic or newest[asked.sheet] is asked]
