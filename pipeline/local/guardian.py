"""Brings the supervisor back when it is killed: ``python -m pipeline.local.guardian``, itself supervised."""

import os
from contextlib import redirect_stderr, redirect_stdout

import psutil

from pipeline.local.ends import await_end
from pipeline.local.stack import start
from pipeline.local.supervisor import Supervisor
from pipeline.settings import settings


def guard() -> None:
    """Wait for the end of the supervisor, our parent; if it was no orderly one, start the stack again."""
    await_end([psutil.Process(os.getppid())])
    # An orderly supervisor ends us before itself, so this line is reached after a kill only. The pipes to the
    # dead one are broken.
    here = settings()
    with Supervisor(here).log("guardian").open("a") as log, redirect_stdout(log), redirect_stderr(log):
        start(here)


if __name__ == "__main__":
    guard()
