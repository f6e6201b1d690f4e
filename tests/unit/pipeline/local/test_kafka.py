import re
from pathlib import Path

import pytest

from pipeline.local.kafka import _write_properties
from pipeline.settings import Settings
from pipeline.topics import LARGEST_DRAWING, LARGEST_REJECTION


@pytest.fixture
def here(tmp_path: Path) -> Settings:
    return Settings(state_dir=tmp_path / "two words", kafka_port=1001, kafka_controller_port=1002, partitions=7)


def lines(here: Settings) -> list[tuple[str, str]]:
    """What Kafka reads, by the rules of ``java.util.Properties.load``."""
    written = _write_properties(here).read_text("iso-8859-1").splitlines()
    pairs = [line.partition("=") for line in written if line and line[0] != "#"]
    return [(key, unescaped(value)) for key, _, value in pairs]


def unescaped(value: str) -> str:
    units = re.sub(r"\\(?:u([0-9a-f]{4})|(.))", lambda found: chr(int(found[1], 16)) if found[1] else found[2], value)
    return units.encode("utf-16", "surrogatepass").decode("utf-16")


def test_the_settings_decide_ports_folder_and_partitions(here: Settings, tmp_path: Path) -> None:
    properties = dict(lines(here))

    assert properties["listeners"] == "CLIENT://127.0.0.1:1001,CONTROLLER://127.0.0.1:1002"
    assert properties["controller.quorum.bootstrap.servers"] == "127.0.0.1:1002"
    assert properties["log.dirs"] == f"{tmp_path}/two words/kafka/log"
    assert properties["num.partitions"] == "7"


@pytest.mark.parametrize(
    "name", ["Zeichnungen für 数字", "\N{PENCIL}\N{INPUT SYMBOL FOR NUMBERS}", r"a\new\u0041", "two\nlines"]
)
def test_any_state_folder_reaches_the_broker(name: str, tmp_path: Path) -> None:
    properties = dict(lines(Settings(state_dir=tmp_path / name)))

    assert properties["log.dirs"] == f"{tmp_path}/{name}/kafka/log"


def test_each_key_is_there_once(here: Settings) -> None:
    keys = [key for key, _ in lines(here)]

    assert len(keys) == len(set(keys))
    assert {"process.roles", "node.id", "auto.create.topics.enable"} <= set(keys)


def test_another_start_forgets_the_settings_of_the_one_before(here: Settings) -> None:
    before = lines(here)

    assert lines(here) == before
    assert dict(lines(here.model_copy(update={"kafka_port": 2001})))["listeners"].startswith("CLIENT://127.0.0.1:2001,")


def test_the_broker_takes_the_largest_records_of_our_topics(here: Settings) -> None:
    properties = dict(lines(here))

    assert int(properties["message.max.bytes"]) >= max(LARGEST_DRAWING, LARGEST_REJECTION)
    assert int(properties["socket.request.max.bytes"]) > int(properties["message.max.bytes"])
