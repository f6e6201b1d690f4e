from typing import Any

import pytest

from pipeline import topics
from pipeline.settings import Settings
from pipeline.topics import TopicIds, all_ids, count_partitions, ensure_topics, topic_configs


class Admin:
    """A broker's administration in memory; it answers in an order of its own."""

    def __init__(self, there: list[str]) -> None:
        self.there = there
        self.created: dict[str, Any] = {}
        self.altered: dict[str, Any] = {}

    def list_topics(self) -> list[str]:
        return self.there

    def create_topics(self, wanted: dict[str, Any], wait_for_metadata: bool) -> None:
        assert wait_for_metadata
        self.created |= wanted

    def alter_configs(self, resources: list[Any]) -> None:
        self.altered |= {resource.name: resource.configs for resource in resources}

    def describe_topics(self, names: list[str] | None = None) -> list[dict[str, Any]]:
        wanted = sorted(self.there if names is None else names)
        return [{"name": name, "topic_id": f"id of {name}", "partitions": [{}] * len(name[:5])} for name in wanted]

    def close(self) -> None:
        """Nothing to let go of."""


def test_missing_topics_are_made_and_all_are_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    admin = Admin(["drawings", "predictions"])
    monkeypatch.setattr(topics, "KafkaAdminClient", lambda **_: admin)

    ids = ensure_topics(Settings(drawings_topic="drawings", corrections_topic="corrections"))

    assert ids == TopicIds(drawings="id of drawings", corrections="id of corrections")
    assert admin.created.keys() == {"rejected", "corrections"}
    assert admin.altered == topic_configs(Settings())


def test_partitions_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topics, "KafkaAdminClient", lambda **_: Admin([]))

    assert count_partitions(Settings(drawings_topic="ink", corrections_topic="mended")) == {"ink": 3, "mended": 5}


def test_strangers_have_ids_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topics, "KafkaAdminClient", lambda **_: Admin(["drawings", "other"]))

    assert all_ids(Settings()) == {"id of drawings", "id of other"}


def test_corrections_are_kept_for_ever_and_every_one_of_them() -> None:
    config = topic_configs(Settings())["corrections"]

    assert config.items() >= {"message.timestamp.type": "LogAppendTime", "retention.ms": "-1"}.items()
    assert "cleanup.policy" not in config


def test_corrections_are_small() -> None:
    assert int(topic_configs(Settings())["corrections"]["max.message.bytes"]) == 2**20


def test_ids_in_a_word_differ_when_either_topic_was_made_anew() -> None:
    words = {str(TopicIds(drawings, corrections)) for drawings in ("a", "b") for corrections in ("c", "d")}

    assert len(words) == 4
