"""A lakehouse of a few drawings, written by the pipeline's own writer."""

from datetime import datetime, timedelta, timezone

import numpy as np

from pipeline.forms import Corrected, Reading
from pipeline.lakehouse import corrections
from pipeline.lakehouse.location import corrections_beside
from pipeline.lakehouse.schema import to_arrow
from pipeline.lakehouse.writer import LakehouseWriter
from pipeline.messages import Correction, Digit, Origin, Prediction

MARCH_1 = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
HOSTILE = "'; DROP VIEW predictions; --%_\\*é\u202e" + "x" * 100


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


class Written:
    """Writes drawings and corrections; offsets count up."""

    def __init__(self, uri: str) -> None:
        self.uri = uri
        self._offset = 0
        self._corrections = 0

    def drawings(self, *numbers: str, day: int = 0, source: str = "test", confidence: float = 0.5) -> None:
        """Drawings a second apart, from noon of a day of March on."""
        first = self._offset
        readings = [
            self._reading(number, MARCH_1 + timedelta(days=day, seconds=place), source, confidence)
            for place, number in enumerate(numbers)
        ]
        LakehouseWriter(self.uri).append("drawings", first, self._offset - 1, [to_arrow(readings)])

    def correction(self, drawing_id: str, number: str) -> None:
        offset, self._corrections = self._corrections, self._corrections + 1
        made = Correction(drawing_id, number, "", "test", milliseconds(MARCH_1))
        landed = Corrected(made, Origin("corrections", 0, offset), milliseconds(MARCH_1) + offset)
        writer = LakehouseWriter(corrections_beside(self.uri), corrections.SCHEMA)
        writer.append("corrections", offset, offset, [corrections.to_arrow([landed])])

    def _reading(self, number: str, moment: datetime, source: str, confidence: float) -> Reading:
        offset, self._offset = self._offset, self._offset + 1
        digits = [Digit(int(digit), confidence, [0.1] * 10, (0, 0, 9, 9)) for digit in number]
        ink = np.stack([np.full((28, 28), int(digit), np.uint8) for digit in number])
        at = milliseconds(moment)
        prediction = Prediction(
            f"drawing-{offset}",
            number,
            confidence,
            digits,
            "model-1",
            at - 80,
            at,
            topic="drawings",
            partition=0,
            offset=offset,
            source=source,
        )
        return Reading(prediction, ink)
