"""Rows of the lakehouse as the predictions that they were on Kafka."""

from datetime import datetime
from typing import Any

from pipeline.messages import Digit, Prediction

COLUMNS = (
    'drawing_id, number, confidence, digits, model, source, topic, "partition", "offset", submitted_at, predicted_at'
)
"""What `prediction_of` wants of the view ``predictions``; the ink is large, and no part of it."""
DECIMALS = 6
"""As on Kafka: an answer reads the same wherever it was found."""


def prediction_of(row: dict[str, Any]) -> Prediction:
    """A row with ``COLUMNS`` as a prediction; the lakehouse knows no label, batch size or time of arrival."""
    return Prediction(
        drawing_id=row["drawing_id"],
        number=row["number"],
        confidence=round(row["confidence"], DECIMALS),
        digits=[_digit(digit) for digit in row["digits"]],
        model=row["model"],
        submitted_at=_milliseconds(row["submitted_at"]),
        predicted_at=_milliseconds(row["predicted_at"]),
        topic=row["topic"],
        partition=row["partition"],
        offset=row["offset"],
        source=row["source"] or "",
    )


def _digit(row: dict[str, Any]) -> Digit:
    box = row["box"]
    sides = (box["left"], box["top"], box["width"], box["height"])
    probabilities = [round(probability, DECIMALS) for probability in row["probabilities"]]
    return Digit(row["digit"], round(row["confidence"], DECIMALS), probabilities, sides)


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000)
