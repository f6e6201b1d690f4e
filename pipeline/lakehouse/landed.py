"""How far topics have come into the lakehouse: where whoever reads them goes on that remembers nothing.

What has landed has been published, too: rows are committed when Kafka has their answers.
"""

from collections.abc import Collection
from typing import NamedTuple

from deltalake import DeltaTable
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
    def next_offsets(self, partitions: Collection[tuple[str, int]]) -> dict[tuple[str, int], int]:
        """The offset behind the last one committed, of those partitions (topic, number) that have any.

        Raises:
            DeltaError, OSError: the lakehouse does not answer, for a minute.
        """
        tables = {topic: _table_at(self.destinations[topic].uri) for topic in {topic for topic, _ in partitions}}
        last = {
            (topic, number): last_offset(table, app_id(self.destinations[topic].topic_id, topic, number))
            for topic, number in partitions
            if (table := tables[topic])
        }
        return {partition: offset + 1 for partition, offset in last.items() if offset >= 0}


def _table_at(uri: str) -> DeltaTable | None:
    try:
        return open_table(uri)
    except NoTableYetError:
        return None
