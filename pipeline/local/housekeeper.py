"""Keeps the lakehouse's files few while the stream writes: ``python -m pipeline.local.housekeeper``.

The chore is a process of its own each time, so that nothing of its memory is held in between.
"""

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from pipeline.settings import settings

CHORE = [sys.executable, "-m", "pipeline.lakehouse", "tidy"]
LEAST = 19
OF_SESSION = Path("/proc/self/autogroup")
"""Where a session's niceness against others is told, from -20 to 19 as that of a process."""


def keep_house(seconds_between: float) -> None:
    """Tidy up again and again; a time that fails (its sentence is in the log) is made up for by the next one."""
    while True:
        time.sleep(seconds_between)
        subprocess.run(CHORE, check=False)


def let_drawings_go_first() -> None:
    """Have this process, and what it starts, computed last of all.

    Linux's autogroups share processor time between sessions first, so that niceness counts only within one.
    """
    os.setpriority(os.PRIO_PROCESS, 0, LEAST)
    if os.getsid(0) == os.getpid():
        with suppress(OSError):  # not Linux, or without autogroups
            OF_SESSION.write_text(str(LEAST))


if __name__ == "__main__":
    let_drawings_go_first()
    keep_house(settings().tidy_minutes * 60)
