import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from apache_beam.options.pipeline_options import PipelineOptions

from pipeline.local.flink import FLINK_CONFIGURATION, _dynamic_properties
from pipeline.options import default_flags
from pipeline.settings import FLINK_HOST, Settings

CONFIG_FILE = FLINK_CONFIGURATION / "config.yaml"


@pytest.fixture
def config() -> dict[str, Any]:
    return dict(yaml.safe_load(CONFIG_FILE.read_text()))


def dynamic(here: Settings) -> dict[str, str]:
    words = _dynamic_properties(here)
    assert all(word.startswith("-D") for word in words)
    return dict(word[2:].split("=", 1) for word in words)


def test_the_configuration_is_flat_and_names_each_key_once(config: dict[str, Any]) -> None:
    keys = re.findall(r"^([^#\s][^:]*):", CONFIG_FILE.read_text(), re.MULTILINE)

    assert sorted(keys) == sorted(config)
    assert not [key for key, value in config.items() if isinstance(value, dict | list) or value is None]


def test_nothing_listens_beyond_this_machine(config: dict[str, Any]) -> None:
    addresses = {key: value for key, value in config.items() if key.endswith(("host", "address"))}

    assert set(addresses.values()) == {FLINK_HOST} == {"127.0.0.1"}
    assert {"jobmanager.bind-host", "taskmanager.bind-host", "rest.bind-address"} <= addresses.keys()


def test_the_job_as_we_ship_it_has_its_slots(config: dict[str, Any]) -> None:
    flags = PipelineOptions(default_flags(Settings())).get_all_options(retain_unknown_options=True)

    assert int(flags["parallelism"]) <= config["taskmanager.numberOfTaskSlots"]


def test_checkpoints_outlive_the_job_and_failures_never_end_it(config: dict[str, Any]) -> None:
    assert config["execution.checkpointing.externalized-checkpoint-retention"] == "RETAIN_ON_CANCELLATION"
    assert config["execution.checkpointing.mode"] == "EXACTLY_ONCE"
    assert config["state.checkpoints.num-retained"] >= 1
    assert config["restart-strategy.type"] == "exponential-delay"


def test_ports_and_folders_are_of_the_settings_alone(config: dict[str, Any], tmp_path: Path) -> None:
    here = Settings(state_dir=tmp_path, flink_rest_port=1001, flink_rpc_port=1002, flink_blob_port=1003)

    properties = dynamic(here)

    assert (properties["rest.port"], properties["rest.bind-port"]) == ("1001", "1001")
    assert (properties["jobmanager.rpc.port"], properties["blob.server.port"]) == ("1002", "1003")
    assert not properties.keys() & config.keys()
    assert all(str(tmp_path) in value for key, value in properties.items() if key.endswith(("dir", "dirs")))


def test_folders_are_written_as_flink_reads_them_with_nothing_escaped(tmp_path: Path) -> None:
    """Flink takes %20 in a file:// URI for the name of the folder, not for a space."""
    properties = dynamic(Settings(state_dir=tmp_path / "two wörds"))

    assert properties["state.checkpoints.dir"] == f"file://{tmp_path}/two wörds/flink/checkpoints"
    assert Path(properties["io.tmp.dirs"]) == tmp_path / "two wörds" / "flink" / "tmp"
    assert Path(properties["io.tmp.dirs"]).is_dir()
