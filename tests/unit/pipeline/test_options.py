import argparse
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest
from apache_beam.options.pipeline_options import (
    GoogleCloudOptions,
    PipelineOptions,
    PortableOptions,
    StandardOptions,
)
from apache_beam.portability.api import beam_job_api_pb2, beam_job_api_pb2_grpc

from pipeline.errors import InkstreamError
from pipeline.options import InkstreamOptions, default_flags, given, require_known, require_placeable
from pipeline.settings import Settings

Kind = beam_job_api_pb2.PipelineOptionType
RUNNER_OPTIONS = {
    "parallelism": Kind.INTEGER,
    "max_bundle_size": Kind.INTEGER,
    "max_bundle_time_mills": Kind.INTEGER,
    "faster_copy": Kind.BOOLEAN,
    "checkpointing_interval": Kind.INTEGER,
    "externalized_checkpoints_enabled": Kind.BOOLEAN,
    "retain_externalized_checkpoints_on_cancellation": Kind.BOOLEAN,
    "state_backend": Kind.STRING,
}


class JobServer(beam_job_api_pb2_grpc.JobServiceServicer):
    """Knows some of the Flink runner's options."""

    def DescribePipelineOptions(self, *_: object) -> object:  # noqa: N802 (gRPC's name)
        return beam_job_api_pb2.DescribePipelineOptionsResponse(
            options=[
                beam_job_api_pb2.PipelineOptionDescriptor(name=name, type=kind) for name, kind in RUNNER_OPTIONS.items()
            ]
        )


@pytest.fixture(scope="module")
def job_endpoint() -> Iterator[str]:
    with ThreadPoolExecutor(1) as pool:
        server = grpc.server(pool)
        beam_job_api_pb2_grpc.add_JobServiceServicer_to_server(JobServer(), server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        yield f"127.0.0.1:{port}"
        server.stop(grace=None).wait()


def ours(*flags: str) -> InkstreamOptions:
    options: InkstreamOptions = PipelineOptions([*flags]).view_as(InkstreamOptions)
    return options


def test_the_defaults_are_the_settings(fresh_settings: pytest.MonkeyPatch) -> None:
    fresh_settings.setenv("INKSTREAM_KAFKA_PORT", "19092")
    fresh_settings.setenv("INKSTREAM_STATE_DIR", "/data/50% ink")
    fresh_settings.setenv("INKSTREAM_DRAWINGS_TOPIC", "sketches")

    options = ours()

    assert options.bootstrap_servers == "127.0.0.1:19092"
    assert options.lakehouse == "/data/50% ink/lakehouse/predictions"
    assert (options.drawings_topic, options.predictions_topic) == ("sketches", "predictions")
    assert options.rejected_topic == "rejected"
    assert Path(options.model).name == "digits.keras"


@pytest.mark.usefixtures("fresh_settings")
def test_a_turn_of_reading_is_a_bundle_and_has_many_batches() -> None:
    options = ours()

    assert "--max_bundle_size=1" in default_flags(Settings())
    assert options.max_batch_size == 1024
    assert (options.window_seconds, options.commit_seconds, options.inference_threads) == (10.0, 5, 1)


@pytest.mark.usefixtures("fresh_settings")
def test_flags_win_over_settings_and_have_types() -> None:
    options = ours("--drawings_topic=other", "--window_seconds=0.5", "--max_batch_size", "7", "--commit_seconds=1")

    assert (options.drawings_topic, options.predictions_topic) == ("other", "predictions")
    assert (options.window_seconds, options.max_batch_size, options.commit_seconds) == (0.5, 7, 1)


@pytest.mark.usefixtures("fresh_settings")
def test_the_default_flags_stream_into_our_worker_pool() -> None:
    options = PipelineOptions(default_flags(Settings(host="10.0.0.7", beam_worker_port=50_123, job_name="mine")))

    assert options.view_as(StandardOptions).streaming
    assert options.view_as(PortableOptions).environment_type == "EXTERNAL"
    assert options.view_as(PortableOptions).environment_config == "10.0.0.7:50123"
    assert options.view_as(GoogleCloudOptions).job_name == "mine"


@pytest.mark.usefixtures("fresh_settings")
def test_flags_of_the_user_win_over_the_default_flags() -> None:
    options = PipelineOptions(
        [*default_flags(Settings()), "--parallelism=7", "--job_name=theirs", "--environment_type=LOOPBACK"]
    )

    assert options.view_as(GoogleCloudOptions).job_name == "theirs"
    assert options.view_as(PortableOptions).environment_type == "LOOPBACK"
    assert options.get_all_options(retain_unknown_options=True)["parallelism"] in (7, "7")


@pytest.mark.usefixtures("fresh_settings")
def test_every_option_is_explained_and_shows_its_default() -> None:
    parser = argparse.ArgumentParser(add_help=False)
    InkstreamOptions._add_argparse_args(parser)

    assert len(parser._actions) == 11
    assert all(action.help and "%(default)s" in action.help for action in parser._actions)
    assert "(1024)" in parser.format_help()


@pytest.mark.usefixtures("fresh_settings")
@pytest.mark.parametrize(
    "flags",
    [
        ["--window_seconds=3"],
        ["--parallelism", "4"],
        ["--checkpointing_interval", "-1"],
        ["--state_backend", "rocksdb"],
        ["--externalized_checkpoints_enabled=false"],
        ["--streaming", "--experiments=x", "--experiments=y"],
        ["--job_name", "-x"],
    ],
)
def test_what_python_or_the_runner_knows_passes(flags: list[str], job_endpoint: str) -> None:
    require_known([*default_flags(Settings()), *flags], job_endpoint)


@pytest.mark.parametrize(
    ("flag", "hint"),
    [
        ("--max_bundle_time_millis=10", "Did you mean --max_bundle_time_mills?"),
        ("--paralelism", "Did you mean --parallelism?"),
        ("--window_second=1", "Did you mean --window_seconds?"),
        ("--xyzzy=1", "No option --xyzzy is known to Beam or Flink."),
    ],
)
def test_a_mistyped_option_is_refused_with_the_likeliest_one(flag: str, hint: str, job_endpoint: str) -> None:
    with pytest.raises(InkstreamError) as refusal:
        require_known(["--parallelism=2", flag], job_endpoint)

    assert flag.partition("=")[0] in str(refusal.value)
    assert str(refusal.value).endswith(hint)


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (["--parallelism"], "--parallelism wants a whole number."),
        (["--parallelism", "--streaming"], "--parallelism wants a whole number."),
        (["--parallelism="], "--parallelism wants a whole number, not ."),
        (["--parallelism=two"], "--parallelism wants a whole number, not two."),
        (["--max_bundle_size", "1e3"], "--max_bundle_size wants a whole number, not 1e3."),
        (["--state_backend"], "--state_backend wants a value."),
    ],
)
def test_a_value_that_is_missing_or_no_number_is_refused(flags: list[str], sentence: str, job_endpoint: str) -> None:
    with pytest.raises(InkstreamError) as refusal:
        require_known(flags, job_endpoint)

    assert str(refusal.value) == sentence


def test_of_repeated_options_the_last_value_is_given() -> None:
    assert given(["--a=1", "--b", "--a", "-2", "stray", "--c=x=y"]) == {"a": "-2", "b": None, "c": "x=y"}


@pytest.mark.usefixtures("fresh_settings")
@pytest.mark.parametrize("flag", ["--parallelism=0", "--parallelism=-1", "--parallelism=129", "--max_parallelism=64"])
def test_a_parallelism_in_which_something_would_not_be_read_is_refused(flag: str) -> None:
    with pytest.raises(InkstreamError, match="parallelism"):
        require_placeable(PipelineOptions([*default_flags(Settings()), flag]))


@pytest.mark.usefixtures("fresh_settings")
@pytest.mark.parametrize("parallelism", [1, 2, 128])
def test_any_other_parallelism_will_do(parallelism: int) -> None:
    require_placeable(PipelineOptions([*default_flags(Settings()), f"--parallelism={parallelism}"]))
