"""Every option of the job: ours, and how we ship Beam's and Flink's own."""

import argparse
import difflib
import re
from collections.abc import Iterator, Sequence

import grpc
from apache_beam.options.pipeline_options import FlinkRunnerOptions, PipelineOptions
from apache_beam.portability.api import beam_job_api_pb2, beam_job_api_pb2_grpc

from pipeline.errors import InkstreamError
from pipeline.lakehouse.location import absolute
from pipeline.settings import Settings, settings
from pipeline.source.shares import MAX_PARALLELISM

Kind = beam_job_api_pb2.PipelineOptionType
PATHS = ("lakehouse", "model")
OF_KAFKA = ("bootstrap_servers", "drawings_topic", "predictions_topic", "rejected_topic", "corrections_topic")
"""The options that are settings, too, by the same names."""


class InkstreamOptions(PipelineOptions):
    """What the job reads, writes and runs, and in batches of which size."""

    @classmethod
    def _add_argparse_args(cls, parser: argparse.ArgumentParser) -> None:
        here = settings()
        parser.add_argument("--bootstrap_servers", default=here.kafka, help="Kafka brokers, HOST:PORT,… (%(default)s)")
        parser.add_argument("--drawings_topic", default=here.drawings_topic, help="topic to read (%(default)s)")
        parser.add_argument("--predictions_topic", default=here.predictions_topic, help="answers (%(default)s)")
        parser.add_argument("--rejected_topic", default=here.rejected_topic, help="bad input, and why (%(default)s)")
        parser.add_argument("--corrections_topic", default=here.corrections_topic, help="topic to read (%(default)s)")
        parser.add_argument(
            "--lakehouse",
            default=here.lakehouse,
            help="Delta table of predictions, that of corrections beside (%(default)s)",
        )
        parser.add_argument("--model", default=str(here.model_path), help="the CNN, a .keras file (%(default)s)")
        parser.add_argument(
            "--inference_threads", type=int, default=1, help="TensorFlow's threads in each Beam worker (%(default)s)"
        )
        parser.add_argument(
            "--max_batch_size", type=int, default=1024, help="drawings in one batch at most (%(default)s)"
        )
        parser.add_argument(
            "--window_seconds", type=float, default=10.0, help="no batch reaches over a window's border (%(default)s)"
        )
        parser.add_argument(
            "--commit_seconds", type=int, default=5, help="between two commits to the lakehouse (%(default)s)"
        )


def default_flags(here: Settings) -> list[str]:
    """Beam's and Flink's options as we ship them; what stands later on the command line wins."""
    return [
        f"--job_name={here.job_name}",
        "--streaming",
        # Our Python stages run in the worker pool: no container needed.
        "--environment_type=EXTERNAL",
        f"--environment_config={here.host}:{here.beam_worker_port}",
        "--parallelism=2",
        f"--max_parallelism={MAX_PARALLELISM}",
        # Threads of one Python process would wait for each other.
        "--sdk_worker_parallelism=2",
        # A bundle is one turn of reading: no element has to wait for others.
        "--max_bundle_size=1",
        # From one operator to the next in the same thread, elements would be encoded and decoded for a copy.
        "--faster_copy",
        # Off by default. The retained ones are what a new cluster goes on from. Each waits for the turn's end.
        "--checkpointing_interval=15000",
        "--externalized_checkpoints_enabled",
        "--retain_externalized_checkpoints_on_cancellation",
    ]


def with_absolute_paths(flags: Sequence[str]) -> list[str]:
    """The flags with our paths as they are called in any folder: the workers' is another one."""
    ours = PipelineOptions([*flags]).view_as(InkstreamOptions)
    paths = {name: getattr(ours, name) for name in PATHS}
    return [*flags, *(f"--{name}={absolute(path)}" for name, path in paths.items() if path != absolute(path))]


def kafka_of(options: PipelineOptions, here: Settings) -> Settings:
    """The settings with the Kafka and the topics that the job is given."""
    ours = options.view_as(InkstreamOptions)
    return here.model_copy(update={name: getattr(ours, name) for name in OF_KAFKA})


def given(flags: Sequence[str]) -> dict[str, str | None]:
    """The value of each option by its name without dashes, None for a bare one; the last of a name wins."""
    values: dict[str, str | None] = {}
    for flag, following in zip(flags, [*flags[1:], "--"], strict=True):
        if flag.startswith("--"):
            name, has_value, value = flag[2:].partition("=")
            values[name] = value if has_value else None if following.startswith("--") else following
    return values


def require_known(flags: Sequence[str], job_endpoint: str) -> None:
    """Refuse what neither Beam in Python nor the job server understands; both would pass over it in silence.

    Raises:
        InkstreamError: it names the unknown option and the likeliest known one, or the value that is missing.
    """
    runners = _options_of_runner(job_endpoint)
    known = {*_known_to_python(), *(f"--{name}" for name in runners)}
    for name, value in given(flags).items():
        if f"--{name}" not in known:
            nearest = difflib.get_close_matches(f"--{name}", known, n=1)
            hint = f" Did you mean {nearest[0]}?" if nearest else ""
            raise InkstreamError(f"No option --{name} is known to Beam or Flink.{hint}")
        if wanted := _wanted(runners.get(name), value):
            raise InkstreamError(f"--{name} wants {wanted}{'' if value is None else f', not {value}'}.")


def require_placeable(options: PipelineOptions) -> None:
    """Refuse a parallelism in which the shares of the partitions could not be placed.

    Raises:
        InkstreamError: it says what is wanted.
    """
    flink = options.view_as(FlinkRunnerOptions)
    if not 1 <= flink.parallelism <= MAX_PARALLELISM:
        raise InkstreamError(f"--parallelism wants 1 to {MAX_PARALLELISM}, not {flink.parallelism}.")
    if flink.max_parallelism != MAX_PARALLELISM:
        raise InkstreamError(f"--max_parallelism is {MAX_PARALLELISM}: what is read is placed by it.")


def _wanted(kind: int | None, value: str | None) -> str | None:
    """What an option of the runner's wants for a value, if it has another one."""
    if kind == Kind.INTEGER:
        return None if re.fullmatch(r"[+-]?\d+", value or "") else "a whole number"
    return "a value" if value is None and kind in (Kind.STRING, Kind.NUMBER, Kind.ARRAY) else None


def _known_to_python() -> Iterator[str]:
    parser = argparse.ArgumentParser(add_help=False, conflict_handler="resolve")
    for options in PipelineOptions.__subclasses__():
        options._add_argparse_args(_LenientParser(parser))  # type: ignore[arg-type]
    yield from parser._option_string_actions


class _LenientParser:
    """Takes Beam's own kinds of argument for argparse's."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self.parser = parser

    def add_argument(self, *names: str, **_: object) -> None:
        self.parser.add_argument(*names)

    add_value_provider_argument = add_argument


def _options_of_runner(job_endpoint: str) -> dict[str, int]:
    """The kind of each option that the job server knows."""
    with grpc.insecure_channel(job_endpoint) as channel:
        request = beam_job_api_pb2.DescribePipelineOptionsRequest()
        described = beam_job_api_pb2_grpc.JobServiceStub(channel).DescribePipelineOptions(request)
    return {option.name: option.type for option in described.options}
