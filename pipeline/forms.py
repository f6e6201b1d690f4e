"""What a drawing is on its way through the pipeline: arrival → sketch → reading, or a rejection; and a correction."""

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.messages import Correction, Origin, Prediction, Rejection
from pipeline.recognition.lattice import Lattice


class Arrival(NamedTuple):
    """A record as Kafka has it; ``timestamp`` is the broker's, in epoch milliseconds."""

    origin: Origin
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: dict[str, bytes | None]


class Sketch(NamedTuple):
    """A decoded drawing: the candidates for its digits, and how they may be put together."""

    drawing_id: str
    origin: Origin
    source: str
    label: str | None
    submitted_at: int
    arrived_at: int
    lattice: Lattice


class Reading(NamedTuple):
    """A drawing that was read; ``ink`` is uint8 (n, 28, 28), one raster for each of the prediction's digits."""

    prediction: Prediction
    ink: NDArray[np.uint8]


class Corrected(NamedTuple):
    """What somebody says of a drawing; ``landed_at`` is when the pipeline took it, in epoch milliseconds."""

    correction: Correction
    origin: Origin
    landed_at: int


Decoded: TypeAlias = Sketch | Rejection
Outcome: TypeAlias = Reading | Rejection
Parsed: TypeAlias = Corrected | Rejection
Landing: TypeAlias = Reading | Corrected | Rejection
