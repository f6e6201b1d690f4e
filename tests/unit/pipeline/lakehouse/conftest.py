"""Readings to write, and one way to look at what was written."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timezone
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from deltalake import DeltaTable

from pipeline.forms import Corrected, Reading
from pipeline.lakehouse.schema import to_arrow
from pipeline.messages import Correction, Digit, Origin, Prediction

NOON = int(datetime(2026, 3, 1, 12, tzinfo=timezone.utc).timestamp() * 1000)

MakeReading = Callable[..., Reading]
MakeRows = Callable[..., pa.RecordBatch]


@pytest.fixture
def reading() -> MakeReading:
    """Makes the reading of a number at an offset; pixel values and probabilities differ from digit to digit."""

    def make(
        offset: int, number: str = "7", submitted_at: int = NOON, predicted_at: int = NOON, partition: int = 0
    ) -> Reading:
        digits = [
            Digit(int(digit), 0.5, np.eye(10)[int(digit)].tolist(), (20 * place, 1, 10, 30))
            for place, digit in enumerate(number)
        ]
        ink = np.stack([np.full((28, 28), (offset * 10 + place) % 256, np.uint8) for place in range(len(number))])
        arrived = {"topic": "drawings", "partition": partition, "offset": offset, "source": "test"}
        times = (submitted_at, predicted_at)
        prediction = Prediction(f"drawing-{offset}", number, 0.5, digits, "model-1", *times, **arrived)
        return Reading(prediction, ink)

    return make


@pytest.fixture
def corrected() -> Callable[..., Corrected]:
    """Makes the correction of a drawing at an offset of the corrections topic."""

    def make(offset: int, drawing_id: str, number: str, landed_at: int = NOON) -> Corrected:
        correction = Correction(drawing_id, number, "47", "test", NOON)
        return Corrected(correction, Origin("corrections", 0, offset), landed_at)

    return make


@pytest.fixture
def rows(reading: MakeReading) -> MakeRows:
    """Makes rows of some offsets."""

    def make(offsets: Iterable[int], predicted_at: int = NOON) -> pa.RecordBatch:
        return to_arrow([reading(offset, predicted_at=predicted_at) for offset in offsets])

    return make


@pytest.fixture
def uri(tmp_path: Path) -> str:
    """Where a table may be made."""
    return str(tmp_path / "lakehouse" / "predictions")


@pytest.fixture
def stored(uri: str) -> Callable[[], Counter[int]]:
    """Says how often each offset is in the table now."""

    def count() -> Counter[int]:
        return Counter(DeltaTable(uri).to_pyarrow_dataset().to_table(["offset"])["offset"].to_pylist())

    return count
