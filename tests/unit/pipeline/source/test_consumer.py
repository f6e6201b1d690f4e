"""What the consumer asks of Kafka's client; that the real one does it, the integration tests see."""

from collections.abc import Collection, Mapping, Sequence
from threading import Event
from typing import Any, NamedTuple

import pytest
from confluent_kafka import OFFSET_BEGINNING, KafkaError, KafkaException, TopicPartition

from pipeline.forms import Arrival
from pipeline.messages import Origin
from pipeline.source import consumer
from pipeline.source.consumer import DISCOVERY_SECONDS, ShareConsumer, arrival, positions_after
from pipeline.source.positions import Partition, Positions
from pipeline.source.shares import Share

ALL, ODD = Share(0, 1), Share(1, 2)
NOW = 1_772_366_400_000


class Message(NamedTuple):
    """A record as confluent-kafka gives it."""

    of: str = "drawings"
    number: int = 0
    at: int = 42
    name: bytes | None = b"a"
    image: bytes | None = b"image"
    said: list[tuple[str, bytes | None]] | None = None
    wrong: KafkaError | None = None

    def error(self) -> KafkaError | None:
        return self.wrong

    def topic(self) -> str:
        return self.of

    def partition(self) -> int:
        return self.number

    def offset(self) -> int:
        return self.at

    def timestamp(self) -> tuple[int, int]:
        return 2, NOW

    def key(self) -> bytes | None:
        return self.name

    def value(self) -> bytes | None:
        return self.image

    def headers(self) -> list[tuple[str, bytes | None]] | None:
        return self.said


class Listing(NamedTuple):
    """A topic's metadata."""

    partitions: dict[int, object]
    error: KafkaError | None = None


class Topics(NamedTuple):
    """The cluster's metadata."""

    topics: dict[str, Listing]


class Client:
    """Stands for ``confluent_kafka.Consumer``."""

    def __init__(self, config: dict[str, Any]) -> None:
        self.config = config
        self.partitions = {"drawings": 3, "corrections": 1}
        self.away: set[str] = set()
        self.tells = Event()
        self.tells.set()
        self.assigned: list[dict[Partition, int]] = []
        self.messages: list[Message] = []

    def list_topics(self, topic: str, timeout: float) -> Topics:
        assert timeout < DISCOVERY_SECONDS
        assert self.tells.wait(10)
        if topic in self.away:
            raise KafkaException(KafkaError(KafkaError._TRANSPORT))
        return Topics({topic: Listing(dict.fromkeys(range(self.partitions[topic])))})

    def assign(self, partitions: Sequence[TopicPartition]) -> None:
        self.assigned.append({(one.topic, one.partition): one.offset for one in partitions})

    def poll(self, _: float) -> Message | None:
        return self.messages.pop(0) if self.messages else None

    def close(self) -> None:
        """Nothing to end."""

    def consume(self, count: int, timeout: float) -> list[Message]:
        assert timeout == 0
        taken, self.messages = self.messages[:count], self.messages[count:]
        return taken


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> ShareConsumer:
    monkeypatch.setattr(consumer, "Consumer", Client)
    return ShareConsumer("broker:9092", ("drawings", "corrections"), Lakehouse())


class Lakehouse(dict[Partition, int]):
    """What has landed: as a rule of the partition that most tests read."""

    def __call__(self, partitions: Collection[Partition]) -> Mapping[Partition, int]:
        return {one: offset for one, offset in ({("drawings", 1): 40} | self).items() if one in partitions}


def lakehouse(reader: ShareConsumer) -> Lakehouse:
    assert isinstance(reader.landed, Lakehouse)
    return reader.landed


def client(reader: ShareConsumer) -> Client:
    assert isinstance(reader.consumer, Client)
    return reader.consumer


def test_a_share_is_read_from_where_the_lakehouse_ends_and_the_rest_of_it_from_the_beginning(
    reader: ShareConsumer,
) -> None:
    reader.go_to(ALL, Positions({("drawings", 1): 40}))

    begin = OFFSET_BEGINNING
    assert client(reader).assigned == [
        {("drawings", 0): begin, ("drawings", 1): 40, ("drawings", 2): begin, ("corrections", 0): begin}
    ]


@pytest.mark.parametrize("of_flink", [0, 20, 41, 90])
def test_what_flink_has_noted_does_not_count_but_what_has_landed(reader: ShareConsumer, of_flink: int) -> None:
    """It may be ahead by rows that died with another worker, or behind by a turn that was not over."""
    assert reader.go_to(ODD, Positions({("drawings", 1): of_flink})) == Positions({("drawings", 1): 40})
    assert client(reader).assigned == [{("drawings", 1): 40}]


@pytest.mark.parametrize(("of_flink", "goes_on_at"), [(0, 0), (20, 20), (29, 29), (30, 40), (90, 40)])
def test_what_is_read_again_goes_on_where_it_was_until_it_is_news(
    reader: ShareConsumer, of_flink: int, goes_on_at: int
) -> None:
    position = Positions({("drawings", 1): of_flink}, again={("drawings", 1): 30})

    assert reader.go_to(ODD, position) == position._replace(next={("drawings", 1): goes_on_at})
    assert client(reader).assigned == [{("drawings", 1): goes_on_at}]


def test_nothing_is_passed_over_that_has_not_landed_though_it_was_read_again(reader: ShareConsumer) -> None:
    """As where the lakehouse was deleted meanwhile."""
    position = Positions({("drawings", 1): 60}, again={("drawings", 1): 90})

    assert reader.go_to(ODD, position).next == {("drawings", 1): 40}


def test_all_is_read_again_from_its_first_record_on(reader: ShareConsumer) -> None:
    everything = Positions({}, again={("drawings", 1): 40})

    assert reader.go_to(ODD, everything) == everything
    assert client(reader).assigned == [{("drawings", 1): OFFSET_BEGINNING}]


def test_into_a_lakehouse_that_was_deleted_everything_is_read(reader: ShareConsumer) -> None:
    assert reader.go_to(ODD, Positions({("drawings", 5): 42})) == Positions({("drawings", 5): 0, ("drawings", 1): 40})


def test_other_shares_are_left_to_others(reader: ShareConsumer) -> None:
    reader.go_to(ODD, Positions({}))

    assert client(reader).assigned == [{("drawings", 1): 40}]


def test_what_was_read_is_gone_on_from_without_asking_kafka_anew(reader: ShareConsumer) -> None:
    reader.go_to(ODD, Positions({("drawings", 1): 40}))
    client(reader).messages = [Message(number=1, at=40), Message(number=1, at=41)]

    read = reader.poll(10, 1)
    reader.go_to(ODD, Positions(positions_after(read)))

    assert [one.origin.offset for one in read] == [40, 41]
    assert len(client(reader).assigned) == 1


def test_from_an_older_checkpoint_it_is_read_again(reader: ShareConsumer) -> None:
    reader.go_to(ODD, Positions({("drawings", 1): 40}))
    client(reader).messages = [Message(number=1, at=40)]
    reader.poll(10, 1)

    reader.go_to(ODD, Positions({("drawings", 1): 40}))

    assert client(reader).assigned == [{("drawings", 1): 40}] * 2


def test_what_it_has_read_itself_is_not_read_again_though_it_has_not_landed(reader: ShareConsumer) -> None:
    lakehouse(reader).update({("drawings", 1): 40, ("drawings", 3): 5})
    reader.go_to(ODD, Positions({("drawings", 1): 40}))
    client(reader).messages = [Message(number=1, at=40)]
    read = reader.poll(10, 1)
    client(reader).partitions["drawings"] = 4
    reader.looked_at -= DISCOVERY_SECONDS

    reader.go_to(ODD, Positions({**positions_after(read), ("drawings", 3): 9}))

    assert client(reader).assigned[-1] == {("drawings", 1): 41, ("drawings", 3): 5}


def test_what_another_one_has_read_on_is_read_again_unless_it_has_landed(reader: ShareConsumer) -> None:
    lakehouse(reader)["drawings", 1] = 41
    reader.go_to(ODD, Positions({("drawings", 1): 40}))
    client(reader).messages = [Message(number=1, at=40)]
    reader.poll(10, 1)

    assert reader.go_to(ODD, Positions({("drawings", 1): 90})) == Positions({("drawings", 1): 41})


def test_what_it_was_told_to_forget_is_read_again_unless_it_has_landed(reader: ShareConsumer) -> None:
    lakehouse(reader)["drawings", 1] = 40
    reader.go_to(ODD, Positions({("drawings", 1): 40}))
    client(reader).messages = [Message(number=1, at=40)]
    read = reader.poll(10, 1)

    reader.forget()

    assert reader.go_to(ODD, Positions(positions_after(read))) == Positions({("drawings", 1): 40})


def test_no_more_is_taken_than_asked_for(reader: ShareConsumer) -> None:
    client(reader).messages = [Message(at=offset) for offset in range(5)]

    assert [[one.origin.offset for one in reader.poll(2, 1)] for _ in range(4)] == [[0, 1], [2, 3], [4], []]


def test_added_partitions_are_found_after_a_while(reader: ShareConsumer) -> None:
    reader.go_to(ODD, Positions({("drawings", 1): 40}))
    client(reader).partitions["drawings"] = 4
    reader.go_to(ODD, Positions({("drawings", 1): 40}))
    assert len(client(reader).assigned) == 1

    reader.looked_at -= DISCOVERY_SECONDS
    client(reader).tells.clear()
    reader.go_to(ODD, Positions({("drawings", 1): 40}))
    assert len(client(reader).assigned) == 1, "reading does not wait for the look"

    client(reader).tells.set()
    reader.discovery.submit(int).result()  # a look is over before the next thing begins
    reader.go_to(ODD, Positions({("drawings", 1): 40}))
    assert client(reader).assigned[-1] == {("drawings", 1): 40, ("drawings", 3): OFFSET_BEGINNING}


def test_what_goes_wrong_beside_the_reading_is_told_and_ends_nothing(
    reader: ShareConsumer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    reader.go_to(ODD, Positions({("drawings", 1): 40}))
    monkeypatch.setattr(client(reader), "list_topics", lambda *_, **__: {}["drawings"])

    reader.looked_at -= DISCOVERY_SECONDS
    reader.go_to(ODD, Positions({("drawings", 1): 40}))
    reader.close()

    assert "No look for partitions was possible: 'drawings'" in caplog.text


def test_without_a_broker_what_is_known_has_to_do(reader: ShareConsumer) -> None:
    lakehouse(reader)["corrections", 9] = 1
    client(reader).away = {"drawings", "corrections"}
    reader.go_to(ODD, Positions({("corrections", 9): 1}))
    reader.go_to(ODD, Positions({("corrections", 9): 1}))
    client(reader).away = set()
    reader.go_to(ODD, Positions({("corrections", 9): 1}))

    assert client(reader).assigned == [
        {("corrections", 9): 1},
        {("drawings", 1): 40, ("corrections", 9): 1},
    ]


def test_a_topic_in_trouble_does_not_hide_the_other(reader: ShareConsumer) -> None:
    client(reader).away = {"corrections"}

    reader.go_to(ODD, Positions({}))

    assert client(reader).assigned == [{("drawings", 1): 40}]


def test_after_a_failure_kafka_is_asked_anew(reader: ShareConsumer) -> None:
    reader.go_to(ODD, Positions({("drawings", 1): 40}))
    client(reader).messages = [Message(number=1, at=40), Broken()]  # type: ignore[list-item]
    with pytest.raises(MemoryError):
        reader.poll(10, 1)

    reader.go_to(ODD, Positions({("drawings", 1): 40}))

    assert client(reader).assigned == [{("drawings", 1): 40}] * 2


class Broken:
    """A message that cannot be looked at."""

    def error(self) -> None:
        raise MemoryError


class Unreadable(Message):
    """A record with the name of a header in Latin-1, as confluent-kafka gives it."""

    def headers(self) -> list[tuple[str, bytes | None]] | None:
        raise SystemError("returned a result with an exception set")


def test_a_header_that_is_not_utf_8_costs_a_drawing_its_headers_only() -> None:
    assert arrival(Unreadable()) == Arrival(Origin("drawings", 0, 42), NOW, b"a", b"image", {})


def test_what_the_client_could_not_do_is_no_record(reader: ShareConsumer) -> None:
    failed = Message(wrong=KafkaError(KafkaError.UNKNOWN_TOPIC_OR_PART))
    client(reader).messages = [failed, Message(at=7), failed]

    assert [one.origin.offset for one in reader.poll(10, 1)] == [7]


def test_a_message_becomes_an_arrival() -> None:
    message = Message(number=1, said=[("source", b"cam"), ("submitted-at", b"17")])

    headers: dict[str, bytes | None] = {"source": b"cam", "submitted-at": b"17"}
    assert arrival(message) == Arrival(Origin("drawings", 1, 42), NOW, b"a", b"image", headers)


def test_what_a_record_lacks_is_lacking_still() -> None:
    nothing = Arrival(Origin("drawings", 0, 42), NOW, None, None, {})
    empty = Arrival(Origin("drawings", 0, 42), NOW, b"", b"", {})

    assert arrival(Message(name=None, image=None)) == nothing
    assert arrival(Message(name=b"", image=b"", said=[])) == empty


def test_of_repeated_headers_the_last_counts() -> None:
    said: list[tuple[str, bytes | None]] = [("source", b"first"), ("other", None), ("source", b"last")]

    assert arrival(Message(said=said)).headers == {"source": b"last", "other": None}
