"""How far topics have come into the lakehouse: where whoever reads them goes on that remembers nothing.

What has landed has been published, too: rows are committed when Kafka has the answers of their bundle.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from deltalake.exceptions import DeltaError
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from pipeline.lakehouse.table import NoTableYetError, app_id, last_offset, open_table

PATIENCE_SECONDS = 60
"""How long a lakehouse may be out of reach before it is called so."""


class Destination(NamedTuple):
    """The table in which a topic's records land, under the topic's id."""

    uri: str
    topic_id: str


class Landed(NamedTuple):
    """Looks up what has landed of each topic; may be pickled."""

    destinations: dict[str, Destination]

    @retry(
        stop=stop_after_delay(PATIENCE_SECONDS),
        wait=wait_fixed(1),
        retry=retry_if_exception_type((DeltaError, OSError)),
        reraise=True,
    )
    def next_offsets(self, partitions: Iterable[tuple[str, int]]) -> dict[tuple[str, int], int]:
        """The offset behind the last one committed, of those partitions (topic, number) that have any.

        Raises:
            DeltaError, OSError: the lakehouse does not answer, for a minute.
        """
        numbers: dict[str, list[int]] = defaultdict(list)
        for topic, number in partitions:
            numbers[topic].append(number)
        return {
            (topic, number): offset
            for topic, own in numbers.items()
            for number, offset in _behind(self.destinations[topic], topic, own).items()
        }


def _behind(destination: Destination, topic: str, numbers: Iterable[int]) -> dict[int, int]:
    try:
        table = open_table(destination.uri)
    except NoTableYetError:
        return {}
    last = {number: last_offset(table, app_id(destination.topic_id, topic, number)) for number in numbers}
    return {number: offset + 1 for number, offset in last.items() if offset >= 0}
