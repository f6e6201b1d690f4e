"""The newest predictions of a kind: from the lakehouse, and from memory those that are not committed yet."""

from collections.abc import Iterator
from datetime import datetime
from fnmatch import fnmatchcase
from itertools import islice

from dashboard.connection.recent import RecentAnswers
from dashboard.stored.filters import Filters
from dashboard.stored.lakehouse import Lakehouse
from dashboard.stored.predictions import COLUMNS, prediction_of
from pipeline.lakehouse.table import NoTableYetError
from pipeline.messages import Prediction


def newest_predictions(recent: RecentAnswers, lakehouse: Lakehouse, filters: Filters, count: int) -> list[Prediction]:
    """The last ``count`` predictions that pass the filters, newest first, each drawing once.

    ``filters.corrected`` is for the lakehouse alone, and is not heeded here.

    Raises:
        QueryError: the lakehouse is too busy.
    """
    found = {one.drawing_id: one for one in islice(_in_memory(recent, filters), count)}
    if len(found) < count:  # memory has no gaps: what it lacks is older than all of it
        found = {one.drawing_id: one for one in committed(lakehouse, filters, count)} | found
    return sorted(found.values(), key=lambda one: one.predicted_at, reverse=True)[:count]


def committed(lakehouse: Lakehouse, filters: Filters, count: int) -> list[Prediction]:
    """Those of the lakehouse.

    Raises:
        QueryError: it is too busy.
    """
    condition = filters.condition
    sql = f"SELECT {COLUMNS} FROM predictions WHERE {condition.sql} ORDER BY predicted_at DESC LIMIT ?"
    try:
        rows = lakehouse.ask(sql, (*condition.parameters, count))
    except NoTableYetError:
        return []
    return [prediction_of(row) for row in rows.to_pylist()]


def _in_memory(recent: RecentAnswers, filters: Filters) -> Iterator[Prediction]:
    messages = (answer.message for answer in recent.newest_first())
    return (message for message in messages if isinstance(message, Prediction) and passes(message, filters))


def passes(prediction: Prediction, filters: Filters) -> bool:
    """Whether a prediction is what SQL would let through."""
    return (
        fnmatchcase(prediction.number, filters.number.strip() or "*")
        and filters.least <= prediction.confidence <= filters.most
        and (not filters.sources or prediction.source in filters.sources)
        and (not filters.models or prediction.model in filters.models)
        and (filters.since is None or _milliseconds(filters.since) <= prediction.predicted_at)
        and (filters.until is None or prediction.predicted_at < _milliseconds(filters.until))
    )


def _milliseconds(moment: datetime) -> float:
    return moment.timestamp() * 1_000
