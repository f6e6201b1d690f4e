"""Lets drawings go first: ``python -m pipeline.local.precedence COMMAND…`` becomes a command that yields."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_random

LATER, LAST = 5, 19
"""For what has work of its own in bursts, while drawings wait; and for what may take as long as it likes."""
OF_SESSION = Path("/proc/self/autogroup")
"""Where a session's niceness against others is told, from -20 to 19 as that of a process."""


def yielding(command: Sequence[str]) -> list[str]:
    """The command that runs another one behind what reads drawings."""
    return [sys.executable, "-m", "pipeline.local.precedence", *command]


def let_drawings_go_first(niceness: int) -> None:
    """Have this process, and what it starts, computed behind others; one that is nicer already stays so.

    Linux's autogroups share processor time between sessions first, so that niceness counts only within one.
    """
    os.setpriority(os.PRIO_PROCESS, 0, max(niceness, os.getpriority(os.PRIO_PROCESS, 0)))
    if os.getsid(0) == os.getpid():
        with suppress(OSError):  # not Linux, or without autogroups
            _tell_session(niceness)


# The kernel lets only one session of all change in a tenth of a second, unless it is an administrator's.
@retry(
    retry=retry_if_exception_type(BlockingIOError), wait=wait_random(0.1, 0.3), stop=stop_after_delay(5), reraise=True
)
def _tell_session(niceness: int) -> None:
    OF_SESSION.write_text(str(niceness))


if __name__ == "__main__":
    let_drawings_go_first(LATER)
    os.execvp(sys.argv[1], sys.argv[1:])
