"""What the filters let through, in numbers: how many drawings, what they say, how sure the stream was."""

from typing import NamedTuple

from dashboard.stored.filters import Filters
from dashboard.stored.lakehouse import Lakehouse

NUMBERS = 12
BINS = 20
ORIGINS = 200


class Summary(NamedTuple):
    """``numbers`` are the most frequent ones with their counts; ``confidences`` counts drawings in twentieths."""

    drawings: int
    unsure: int
    numbers: list[tuple[str, int]]
    confidences: list[int]


class Origins(NamedTuple):
    """All sources and models in the lakehouse, the most frequent first."""

    sources: list[str]
    models: list[str]


def summarise(lakehouse: Lakehouse, filters: Filters) -> Summary:
    """The summary of the drawings that the filters let through.

    Raises:
        QueryError, NoTableYetError: see `Lakehouse.ask`.
    """
    where, parameters = filters.condition
    bins = lakehouse.ask(
        f"SELECT least(floor(confidence * {BINS}), {BINS - 1})::INT AS bin, count(*) AS drawings, "
        f"count(*) FILTER (confidence < 0.5) AS unsure FROM predictions WHERE {where} GROUP BY bin",
        parameters,
    ).to_pylist()
    numbers = lakehouse.ask(
        f"SELECT number, count(*) AS drawings FROM predictions WHERE {where} "
        f"GROUP BY number ORDER BY drawings DESC, number LIMIT {NUMBERS}",
        parameters,
    ).to_pylist()
    counts = {row["bin"]: row["drawings"] for row in bins}
    return Summary(
        sum(counts.values()),
        sum(row["unsure"] for row in bins),
        [(row["number"], row["drawings"]) for row in numbers],
        [counts.get(bin, 0) for bin in range(BINS)],
    )


def origins(lakehouse: Lakehouse) -> Origins:
    """What the filters by source and model can be.

    Raises:
        QueryError, NoTableYetError: see `Lakehouse.ask`.
    """
    return Origins(*(_frequent(lakehouse, column) for column in ("source", "model")))


def _frequent(lakehouse: Lakehouse, column: str) -> list[str]:
    sql = f"SELECT {column} AS name FROM predictions GROUP BY name ORDER BY count(*) DESC, name LIMIT {ORIGINS}"
    names: list[str | None] = lakehouse.ask(sql)["name"].to_pylist()
    return [name for name in names if name]
