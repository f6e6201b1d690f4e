"""What the pipeline makes of drawings, to be put through its later stages."""

import os
from collections.abc import Callable, Iterator
from datetime import datetime, timezone

import numpy as np
import pytest

from pipeline.forms import Reading
from pipeline.messages import Digit, Prediction, Rejection
from pipeline.settings import settings

NOON = int(datetime(2026, 3, 1, 12, tzinfo=timezone.utc).timestamp() * 1000)

MakeReading = Callable[..., Reading]
MakeRejection = Callable[..., Rejection]


@pytest.fixture
def reading() -> MakeReading:
    """Makes the reading of a number at an offset."""

    def make(offset: int, number: str = "7", partition: int = 0) -> Reading:
        digits = [
            Digit(int(digit), 0.5, np.eye(10)[int(digit)].tolist(), (20 * place, 1, 10, 30))
            for place, digit in enumerate(number)
        ]
        arrived = {"topic": "drawings", "partition": partition, "offset": offset, "source": "test"}
        prediction = Prediction(f"drawing-{offset}", number, 0.5, digits, "model-1", NOON, NOON + 50, **arrived)
        ink = np.zeros((len(number), 28, 28), np.uint8)
        return Reading(prediction, ink)

    return make


@pytest.fixture
def rejection() -> MakeRejection:
    """Makes the rejection of the drawing at an offset."""

    def make(offset: int, key: bytes | None = None, value: bytes | None = b"junk", partition: int = 0) -> Rejection:
        drawing_id = key.decode() if key else f"drawings-{partition}-{offset}"
        sentence = "The value is no image."
        return Rejection(drawing_id, "not_an_image", sentence, "drawings", partition, offset, key, value, NOON)

    return make


@pytest.fixture
def fresh_settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """The environment that settings are read from, to be changed: at first without any of ours."""
    with monkeypatch.context() as environment:
        for variable in [name for name in os.environ if name.upper().startswith("INKSTREAM_")]:
            environment.delenv(variable)
        settings.cache_clear()
        yield environment
    settings.cache_clear()
