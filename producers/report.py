"""The figures of a replay."""

from dataclasses import asdict, dataclass

import numpy as np
import orjson
from rich.table import Table

from producers.ledger import REJECTED, RIGHT, UNANSWERED, WRONG, Ledger, Times

PERCENTILES = (50, 95, 99)


@dataclass(frozen=True, slots=True)
class Report:
    """Latencies in milliseconds from when a drawing was due to when its prediction was on its topic; None: no data.

    ``predictions_per_second`` is between the first prediction's time on its topic and the last one's; ``accuracy``
    counts the predictions alone; ``repeats`` are answers beyond a drawing's first.
    """

    drawings: int
    sent_per_second: float
    predicted: int
    rejected: int
    unanswered: int
    repeats: int
    predictions_per_second: float | None
    latency_p50_ms: float | None
    latency_p95_ms: float | None
    latency_p99_ms: float | None
    accuracy: float | None

    @classmethod
    def of(cls, ledger: Ledger, sending_seconds: float) -> "Report":
        """The figures of what ``ledger`` holds."""
        counts = np.bincount(ledger.outcomes, minlength=4)
        predicted = int(counts[RIGHT] + counts[WRONG])
        rows = np.isin(ledger.outcomes, (RIGHT, WRONG))
        times = ledger.answered_at[rows]
        p50, p95, p99 = _percentiles(times - ledger.submitted_at[rows])
        return cls(
            drawings=len(ledger),
            sent_per_second=len(ledger) / sending_seconds,
            predicted=predicted,
            rejected=int(counts[REJECTED]),
            unanswered=int(counts[UNANSWERED]),
            repeats=ledger.repeats,
            predictions_per_second=_rate(times),
            latency_p50_ms=p50,
            latency_p95_ms=p95,
            latency_p99_ms=p99,
            accuracy=float(counts[RIGHT] / predicted) if predicted else None,
        )

    def to_json(self) -> str:
        """One JSON object."""
        return orjson.dumps(self).decode()

    def to_table(self) -> Table:
        """The same for people."""
        table = Table("figure", "value", title="Replay")
        table.columns[1].justify = "right"
        for name, value in asdict(self).items():
            table.add_row(name.replace("_", " "), _shown(name, value))
        return table


def _rate(times: Times) -> float | None:
    span_ms = np.ptp(times) if len(times) else 0
    return float((len(times) - 1) / (span_ms / 1_000)) if span_ms else None


def _percentiles(latencies_ms: Times) -> list[float] | list[None]:
    if not len(latencies_ms):
        return [None] * len(PERCENTILES)
    return [float(value) for value in np.percentile(latencies_ms, PERCENTILES)]


def _shown(name: str, value: float | None) -> str:
    if value is None:
        return "-"
    if name == "accuracy":
        return f"{value:.2%}"
    return f"{value:,.0f}"
