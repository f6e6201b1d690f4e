"""A person's correction on its way to Kafka."""

import time

from dashboard.connection.letter import Letter
from dashboard.connection.question import DASHBOARD
from pipeline.messages import Correction


class Correcting(Letter):
    """What a drawing really says, to be put on the topic of corrections."""

    def __init__(self, correction: Correction) -> None:
        self.correction = correction
        super().__init__(correction.drawing_id, correction.to_json(), [])

    @property
    def number(self) -> str:
        """What somebody says the drawing shows, "" for no number."""
        return self.correction.number


def correcting(drawing_id: str, number: str, read: str, source: str = DASHBOARD) -> Correcting:
    """A correction of this moment.

    Raises:
        ValueError: the number is no digits, or the id is none.
    """
    now = time.time_ns() // 1_000_000
    correction = Correction(drawing_id, number, read, source, now)
    return Correcting(Correction.from_json(correction.to_json()))
