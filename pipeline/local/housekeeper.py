"""Keeps the lakehouse's files few while the stream writes: ``python -m pipeline.local.housekeeper``.

The chore is a process of its own each time, so that nothing of its memory is held in between.
"""

import subprocess
import sys
import time

from pipeline.local.precedence import LAST, let_drawings_go_first
from pipeline.settings import settings

CHORE = [sys.executable, "-m", "pipeline.lakehouse", "tidy"]


def keep_house(seconds_between: float) -> None:
    """Tidy up again and again; a time that fails (its sentence is in the log) is made up for by the next one."""
    while True:
        time.sleep(seconds_between)
        subprocess.run(CHORE, check=False)


if __name__ == "__main__":
    let_drawings_go_first(LAST)
    keep_house(settings().tidy_minutes * 60)
