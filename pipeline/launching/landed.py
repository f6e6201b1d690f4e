"""How far the lakehouse has come: where a job goes on that has no checkpoint to go on from.

What is in the lakehouse has been published, too: both are of one bundle, which ends when the broker has the answers.
"""

from collections.abc import Mapping

from pipeline.lakehouse.location import corrections_beside
from pipeline.lakehouse.table import NoTableYetError, app_id, last_offset, open_table
from pipeline.options import InkstreamOptions
from pipeline.source.positions import Partition, Positions
from pipeline.topics import TopicIds


def landed(options: InkstreamOptions, topics: TopicIds, partitions: Mapping[str, int]) -> Positions:
    """The offsets behind the last ones that are committed; ``partitions`` says how many each topic has."""
    return Positions(
        _behind(options.lakehouse, topics.drawings, options.drawings_topic, partitions)
        | _behind(corrections_beside(options.lakehouse), topics.corrections, options.corrections_topic, partitions)
    )


def _behind(uri: str, topic_id: str, topic: str, partitions: Mapping[str, int]) -> dict[Partition, int]:
    try:
        table = open_table(uri)
    except NoTableYetError:
        return {}
    last = {
        (topic, partition): last_offset(table, app_id(topic_id, topic, partition))
        for partition in range(partitions.get(topic, 0))
    }
    return {partition: offset + 1 for partition, offset in last.items() if offset >= 0}
