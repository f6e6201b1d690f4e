"""Every option of the job: ours, and how we ship Beam's and Flink's own."""

import argparse
import difflib
from collections.abc import Iterator, Sequence

import grpc
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.portability.api import beam_job_api_pb2, beam_job_api_pb2_grpc

from pipeline.errors import InkstreamError
from pipeline.settings import Settings, settings


class InkstreamOptions(PipelineOptions):
    """What the job reads, writes and runs, and in batches of which size."""

    @classmethod
    def _add_argparse_args(cls, parser: argparse.ArgumentParser) -> None:
        here = settings()
        parser.add_argument("--bootstrap_servers", default=here.kafka, help="Kafka brokers, HOST:PORT,… (%(default)s)")
        parser.add_argument("--drawings_topic", default=here.drawings_topic, help="topic to read (%(default)s)")
        parser.add_argument("--predictions_topic", default=here.predictions_topic, help="answers (%(default)s)")
        parser.add_argument("--rejected_topic", default=here.rejected_topic, help="bad input, and why (%(default)s)")
        parser.add_argument("--lakehouse", default=here.lakehouse, help="Delta table, folder or URL (%(default)s)")
        parser.add_argument("--model", default=str(here.model_path), help="the CNN, a .keras file (%(default)s)")
        parser.add_argument(
            "--inference_threads", type=int, default=1, help="TensorFlow's threads in each Beam worker (%(default)s)"
        )
        parser.add_argument(
            "--max_batch_size", type=int, default=1024, help="drawings in one inference at most (%(default)s)"
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
        # Threads of one Python process would wait for each other.
        "--sdk_worker_parallelism=2",
        # A bundle is a batch: as many drawings as the CNN takes at once, or what comes in a moment.
        "--max_bundle_size=1024",
        "--max_bundle_time_mills=10",
        # Off by default. The retained ones are what a new cluster goes on from.
        "--checkpointing_interval=5000",
        "--externalized_checkpoints_enabled",
        "--retain_externalized_checkpoints_on_cancellation",
    ]


def require_known(flags: Sequence[str], job_endpoint: str) -> None:
    """Refuse what neither Beam in Python nor the job server knows; both would pass over it in silence.

    Raises:
        InkstreamError: it names the unknown option and the likeliest known one.
    """
    known = {*_known_to_python(), *_known_to_runner(job_endpoint)}
    for flag in flags:
        name = flag.partition("=")[0]
        if name.startswith("--") and name not in known:
            nearest = difflib.get_close_matches(name, known, n=1)
            hint = f" Did you mean {nearest[0]}?" if nearest else ""
            raise InkstreamError(f"No option {name} is known to Beam or Flink.{hint}")


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


def _known_to_runner(job_endpoint: str) -> Iterator[str]:
    with grpc.insecure_channel(job_endpoint) as channel:
        request = beam_job_api_pb2.DescribePipelineOptionsRequest()
        described = beam_job_api_pb2_grpc.JobServiceStub(channel).DescribePipelineOptions(request)
    for option in described.options:
        yield f"--{option.name}"
