"""What became of a drawing, whoever sent it and however long ago, by its id alone."""

from datetime import date, datetime, timedelta, timezone
from enum import Enum
from functools import partial
from typing import TypeAlias
from uuid import UUID

from kafka.consumer.fetcher import ConsumerRecord

from dashboard.connection.newest import newest_predictions
from dashboard.connection.searching import Search
from dashboard.connection.stream import Stream
from dashboard.stored.filters import Filters
from dashboard.stored.lakehouse import Lakehouse
from dashboard.stored.predictions import COLUMNS, prediction_of
from pipeline.lakehouse.table import NoTableYetError
from pipeline.messages import LATEST_TIME, Prediction
from pipeline.settings import Settings
from producers.answers import Answer, Message, Parser, parsers

SEARCH_SECONDS = 5.0
CLOCKS_DIFFER_MS = 2_000
ON_ITS_WAY_MS = 25_000
"""The longest that a request may take until Kafka has its drawing, from when that got its id."""


class Fate(Enum):
    """What can be said of a drawing without an answer."""

    PENDING = "pending"
    UNKNOWN = "unknown"


Finding: TypeAlias = Message | Fate


class Lookup:
    """Finds answers where they are: in memory, in the lakehouse, on Kafka. Safe for threads."""

    def __init__(self, settings: Settings, stream: Stream) -> None:
        self._settings = settings
        self._stream = stream
        self._lakehouse = Lakehouse(settings.lakehouse)

    def recall(self, drawing_id: str) -> Finding:
        """What this process knows by itself, at once; UNKNOWN says no more than that."""
        if answer := self._stream.recent.get(drawing_id):
            return answer.message
        question = self._stream.asked(drawing_id)
        if question is None:
            return Fate.UNKNOWN
        return question.answer or (Fate.PENDING if question.sent else Fate.UNKNOWN)

    def find(self, drawing_id: str) -> Finding:
        """What became of the drawing, as any process would say it; takes as long as disks and Kafka do.

        Raises:
            KafkaUnavailableError: Kafka must be asked, and does not answer.
            SearchTimeoutError: there was more to look through than time.
            QueryError: the lakehouse is too busy.
        """
        known = self.recall(drawing_id)
        return self._in_lakehouse(drawing_id) or self._on_kafka(drawing_id) if known is Fate.UNKNOWN else known

    def newest(self, filters: Filters, count: int) -> list[Prediction]:
        """The last ``count`` predictions of everybody that pass the filters, newest first.

        Raises:
            QueryError: the lakehouse is too busy.
        """
        return newest_predictions(self._stream.recent, self._lakehouse, filters, count)

    def _in_lakehouse(self, drawing_id: str) -> Prediction | None:
        asked_at = time_of(drawing_id)
        since = _date(asked_at) - timedelta(days=1) if asked_at else date.min
        try:
            sql = f"SELECT {COLUMNS} FROM predictions WHERE drawing_id = ? AND date >= ? LIMIT 1"
            rows = self._lakehouse.ask(sql, (drawing_id, since)).to_pylist()
        except NoTableYetError:
            return None
        return prediction_of(rows[0]) if rows else None

    def _on_kafka(self, drawing_id: str) -> Finding:
        """Its arrival first: without one there is no answer to look for."""
        here, search = self._settings, Search(self._settings, SEARCH_SECONDS)
        asked_at = time_of(drawing_id)
        since, until = (asked_at - CLOCKS_DIFFER_MS, asked_at + ON_ITS_WAY_MS) if asked_at else (0, None)
        arrived_at = search.find(here.drawings_topic, drawing_id, lambda record: record.timestamp, since, until)
        if arrived_at is None:
            return Fate.UNKNOWN
        for topic, parse in parsers(here).items():
            if answer := search.find(topic, drawing_id, partial(_read, parse), arrived_at):
                return answer.message
        return Fate.PENDING


def _read(parse: Parser, record: ConsumerRecord) -> Answer | None:
    try:
        return Answer(parse(record.value or b""), record.timestamp)
    except ValueError:
        return None


def time_of(drawing_id: str) -> int | None:
    """When an id was made, in epoch milliseconds; None unless it is a UUIDv7 (RFC 9562) of a time that can be."""
    try:
        uuid = UUID(drawing_id)
    except ValueError:
        return None
    milliseconds = uuid.int >> 80
    return milliseconds if uuid.version == 7 and milliseconds <= LATEST_TIME else None


def _date(milliseconds: int) -> date:
    return datetime.fromtimestamp(milliseconds / 1_000, timezone.utc).date()
