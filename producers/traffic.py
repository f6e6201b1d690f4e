"""The two halves of a replay: drawings out, answers in."""

import time
from collections.abc import Callable, Iterable, Sequence

from producers.answers import AnswerReader
from producers.ledger import Ledger
from producers.schedule import Schedule
from producers.sender import DrawingSender


def send(
    sender: DrawingSender, values: Sequence[bytes], ledger: Ledger, schedule: Schedule, rows: Iterable[int]
) -> float:
    """Send a drawing for each of the ledger's ``rows``, values in turn; returns the seconds until Kafka had all.

    Raises:
        DeliveryError: Kafka did not take some of them.
    """
    start = time.monotonic()
    for row in rows:
        due = schedule.wait_for(row)
        ledger.submitted_at[row] = due
        sender.send(values[row % len(values)], ledger.drawing_id(row), due, ledger.number(row))
    sender.flush()
    return time.monotonic() - start


def collect(reader: AnswerReader, ledger: Ledger, timeout_seconds: float, advance: Callable[[int], None]) -> None:
    """Enter answers into the ledger until every drawing has one, or none has come for ``timeout_seconds``.

    To be called when everything is sent: answers carry the time when they came onto their topic, so reading them later
    changes no number, while reading along would take processor time from the stream under measure.
    """
    missing = len(ledger)
    last_news = time.monotonic()
    while missing and time.monotonic() - last_news < timeout_seconds:
        if news := ledger.enter(reader.poll_timed(min(timeout_seconds, 0.5))):
            missing -= news
            last_news = time.monotonic()
            advance(news)
