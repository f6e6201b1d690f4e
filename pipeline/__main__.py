"""Launch the Beam job on Flink: ``python -m pipeline``.

Every option of Beam and of its Flink runner may stand beside ours, for example
``python -m pipeline --replace --max_batch_size=256``. A ``--parallelism`` needs as many task slots as it says, of which
the local TaskManager has two.
"""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import requests

from pipeline.errors import InkstreamError
from pipeline.launching.launch import Launch
from pipeline.options import InkstreamOptions
from pipeline.settings import settings

logger = logging.getLogger("pipeline")


def main(arguments: Sequence[str]) -> int:
    """Run the command and return its exit status."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True)
    for chatty in ("kafka", "apache_beam"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    how, flags = _launcher().parse_known_args(arguments)
    try:
        return _run(Launch(settings(), flags), how)
    except (InkstreamError, requests.RequestException) as error:
        print(f"python -m pipeline: {error}", file=sys.stderr)
        return 1


def _run(launch: Launch, how: argparse.Namespace) -> int:
    if how.cancel:
        return _cancel(launch)
    job_id, was_there = launch.ensure(fresh=how.fresh, replace=how.replace)
    if was_there and not how.follow:
        raise InkstreamError(f"The job {job_id} runs already; --replace restarts it with other options.")
    logger.info("The job %s runs; watch it at %s", job_id, launch.flink.url)
    if how.follow:
        _become_follower(launch.flink.url, job_id)
    return 0


def _become_follower(flink_url: str, job_id: str) -> NoReturn:
    """Beam has done its work: what only watches from here on is another program, of a fraction of the memory."""
    os.execv(sys.executable, [sys.executable, "-u", "-m", "pipeline.launching.follow", flink_url, job_id])


def _cancel(launch: Launch) -> int:
    job_id = launch.flink.live_job(launch.job_name)
    if job_id is None:
        raise InkstreamError("No job runs.")
    launch.cancel(job_id)
    return 0


def _launcher() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m pipeline", description=__doc__, allow_abbrev=False)
    parser.add_argument("--follow", action="store_true", help="stay until the job ends; join it if it runs already")
    parser.add_argument("--replace", action="store_true", help="end the job that runs, and go on where it was")
    parser.add_argument("--cancel", action="store_true", help="end the job that runs; its last checkpoint stays")
    parser.add_argument("--fresh", action="store_true", help="read the topics from their beginning")
    if {"-h", "--help"} & set(sys.argv):
        # Only for its help text: Beam itself parses these.
        InkstreamOptions._add_argparse_args(parser.add_argument_group("options of the job"))  # type: ignore[arg-type]
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
