"""Two workers that only wait: ``python -m tests.integration.training.waiting_run FOLDER [STATUS]``.

Each adds its process id to FOLDER/pids, and that of a process it starts. With a STATUS, the second worker exits with
it; a negative one is the signal that it sends itself.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from training.learning.distributed import run_workers


def work(folder: Path, status: int | None) -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    with (folder / "pids").open("a") as pids:
        pids.write(f"{os.getpid()}\n{child.pid}\n")
    if status is not None and '"index": 1' in os.environ["TF_CONFIG"]:
        if status < 0:
            os.kill(os.getpid(), -status)
        sys.exit(status)
    time.sleep(600)


if __name__ == "__main__":
    run_workers(2, work, Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None)
