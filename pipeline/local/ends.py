"""Whether processes have ended, and waiting until they have.

A dead process stays as a zombie until its parent notices. An orphan's parent is process 1, which in a container may
never do: psutil's own wait would then never return.
"""

import math
import time
from collections.abc import Sequence

import psutil

SECONDS_BETWEEN_LOOKS = 0.5
"""At the most: of what is gone altogether psutil is told at once."""


def alive(process: psutil.Process) -> bool:
    """Whether a process still runs: it is neither gone nor a zombie."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def await_end(processes: Sequence[psutil.Process], seconds: float = math.inf) -> list[psutil.Process]:
    """Wait until all have ended, but hardly longer than this; those that still run."""
    deadline = time.monotonic() + seconds
    while (living := [process for process in processes if alive(process)]) and time.monotonic() < deadline:
        psutil.wait_procs(living, timeout=SECONDS_BETWEEN_LOOKS)
    return living
