import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.settings import REPOSITORY, Settings, settings


def test_without_variables_all_is_local(fresh_settings: pytest.MonkeyPatch) -> None:
    here = settings()

    assert here.state_dir == REPOSITORY / ".state"
    assert here.kafka == "127.0.0.1:9092"
    assert here.flink_rest == "http://127.0.0.1:8081"
    assert here.dashboard == "http://127.0.0.1:8501"
    assert here.lakehouse == str(REPOSITORY / ".state" / "lakehouse" / "predictions")
    assert here.model_path == REPOSITORY / "training" / "digits.keras"


@pytest.mark.parametrize("field", Settings.model_fields)
def test_each_setting_has_a_variable(field: str, fresh_settings: pytest.MonkeyPatch) -> None:
    fresh_settings.setenv(f"INKSTREAM_{field.upper()}", "4711")

    assert str(getattr(settings(), field)) in ("4711", str(Path("4711").resolve()))


def test_what_hangs_together_moves_together(fresh_settings: pytest.MonkeyPatch) -> None:
    fresh_settings.setenv("INKSTREAM_HOST", "10.0.0.7")
    fresh_settings.setenv("INKSTREAM_KAFKA_PORT", "19092")
    fresh_settings.setenv("INKSTREAM_STATE_DIR", "/data/ink")

    here = settings()

    assert (here.kafka, here.dashboard) == ("10.0.0.7:19092", "http://10.0.0.7:8501")
    assert here.lakehouse == "/data/ink/lakehouse/predictions"


def test_flink_is_asked_where_it_listens_whatever_the_host() -> None:
    here = Settings(host="10.0.0.7", flink_rest_port=18081)

    assert (here.flink_rest, here.flink_master) == ("http://127.0.0.1:18081", "127.0.0.1:18081")


def test_an_outside_kafka_and_lakehouse_count_before_the_local_ones(fresh_settings: pytest.MonkeyPatch) -> None:
    fresh_settings.setenv("INKSTREAM_BOOTSTRAP_SERVERS", "a:1,b:2")
    fresh_settings.setenv("INKSTREAM_LAKEHOUSE_URI", "s3://bucket/table")

    assert (settings().kafka, settings().lakehouse) == ("a:1,b:2", "s3://bucket/table")


def test_a_relative_folder_is_of_the_folder_it_is_named_in(fresh_settings: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fresh_settings.chdir(tmp_path)
    fresh_settings.setenv("INKSTREAM_STATE_DIR", "some/../ink state")
    fresh_settings.setenv("INKSTREAM_MODEL_PATH", "mine.keras")

    here = settings()
    fresh_settings.chdir("/")

    assert (here.state_dir, here.model_path) == (tmp_path / "ink state", tmp_path / "mine.keras")
    assert here.lakehouse == f"{tmp_path}/ink state/lakehouse/predictions"


def test_a_relative_lakehouse_is_of_the_folder_it_is_named_in(
    fresh_settings: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fresh_settings.chdir(tmp_path)
    fresh_settings.setenv("INKSTREAM_LAKEHOUSE_URI", "my table")

    assert settings().lakehouse == f"{tmp_path}/my table"


@pytest.mark.parametrize("uri", ["s3://bucket/table", "gs://bucket/a/../b", "file:///data/table"])
def test_a_lakehouse_by_url_stays_as_it_is(uri: str, fresh_settings: pytest.MonkeyPatch) -> None:
    fresh_settings.setenv("INKSTREAM_LAKEHOUSE_URI", uri)

    assert settings().lakehouse == uri


def test_a_lakehouse_that_can_have_nothing_beside_it_is_refused(fresh_settings: pytest.MonkeyPatch) -> None:
    fresh_settings.setenv("INKSTREAM_LAKEHOUSE_URI", "s3://bucket")

    with pytest.raises(SystemExit, match=r"^INKSTREAM_LAKEHOUSE_URI=s3://bucket cannot be: s3://bucket cannot have"):
        settings()


def test_the_environment_makes_the_same_settings_in_any_folder(
    fresh_settings: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fresh_settings.chdir(tmp_path)
    here = Settings(model_path="mine.keras", lakehouse_uri="table", kafka_port=19092, state_dir="100% ink")
    fresh_settings.chdir("/")
    for name, value in here.environment().items():
        fresh_settings.setenv(name, value)

    assert settings() == here


def test_a_port_is_used_once(fresh_settings: pytest.MonkeyPatch) -> None:
    fresh_settings.setenv("INKSTREAM_KAFKA_PORT", "8081")

    with pytest.raises(SystemExit) as end:
        settings()

    assert str(end.value.code) == "INKSTREAM_KAFKA_PORT and INKSTREAM_FLINK_REST_PORT cannot both be 8081."


def test_they_are_read_once(fresh_settings: pytest.MonkeyPatch) -> None:
    before = settings()
    fresh_settings.setenv("INKSTREAM_KAFKA_PORT", "19092")

    assert settings() is before


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("INKSTREAM_KAFKA_PORT", "abc"),
        ("INKSTREAM_KAFKA_PORT", ""),
        ("INKSTREAM_DASHBOARD_PORT", "0"),
        ("INKSTREAM_FLINK_REST_PORT", "65536"),
        ("INKSTREAM_BEAM_WORKER_PORT", "-1"),
        ("INKSTREAM_PARTITIONS", "0"),
        ("INKSTREAM_PARTITIONS", "two"),
        ("INKSTREAM_TIDY_MINUTES", "0"),
    ],
)
def test_an_impossible_value_is_one_sentence(variable: str, value: str, fresh_settings: pytest.MonkeyPatch) -> None:
    fresh_settings.setenv(variable, value)

    with pytest.raises(SystemExit) as end:
        settings()

    sentence = str(end.value.code)
    assert sentence.startswith(f"{variable}={value} cannot be: input should be ")
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_each_impossible_value_is_a_sentence(fresh_settings: pytest.MonkeyPatch) -> None:
    fresh_settings.setenv("INKSTREAM_KAFKA_PORT", "abc")
    fresh_settings.setenv("INKSTREAM_PARTITIONS", "none")

    with pytest.raises(SystemExit) as end:
        settings()

    first, second = str(end.value.code).splitlines()
    assert first.startswith("INKSTREAM_KAFKA_PORT=abc ")
    assert second.startswith("INKSTREAM_PARTITIONS=none ")


@pytest.mark.filterwarnings("ignore:.*found in sys.modules after import:RuntimeWarning")
@pytest.mark.parametrize(
    ("module", "arguments"),
    [
        ("pipeline", []),
        ("pipeline.launching.workers", []),
        ("pipeline.lakehouse", ["SELECT 1"]),
        ("pipeline.lakehouse", ["compact"]),
        ("pipeline.local", ["status"]),
        ("pipeline.local", ["start"]),
        ("producers.submit", [__file__]),
        ("producers.submit", ["--wait", "1", __file__]),
        ("producers.replay", ["--count", "1"]),
        ("producers.demo", ["--count", "1"]),
        ("training.evaluate", ["nowhere"]),
        ("training.train", []),
    ],
)
def test_every_command_ends_with_that_sentence(
    module: str, arguments: list[str], fresh_settings: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fresh_settings.setenv("INKSTREAM_KAFKA_PORT", "abc")
    fresh_settings.setenv("INKSTREAM_STATE_DIR", str(tmp_path))
    fresh_settings.setattr(sys, "argv", [module, *arguments])

    with pytest.raises(SystemExit) as end:
        runpy.run_module(module, run_name="__main__")

    assert str(end.value.code).startswith("INKSTREAM_KAFKA_PORT=abc cannot be")


def test_the_sentence_is_all_that_is_printed_and_the_status_is_1() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.lakehouse", "SELECT 1"],
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        env=os.environ | {"INKSTREAM_KAFKA_PORT": "abc"},
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("INKSTREAM_KAFKA_PORT=abc cannot be")
    assert done.stderr.count("\n") == 1
