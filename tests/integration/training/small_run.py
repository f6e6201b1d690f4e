"""A training of a tiny network by two processes: ``python -m tests.integration.training.small_run FOLDER``.

Each worker writes its process id to FOLDER/worker-NUMBER when it has begun, and the launcher writes the weights to
FOLDER/weights.npz. From the second epoch on, nobody goes on before there is a file FOLDER/go.
"""

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from training.learning.distributed import LOST_A_PEER, run_workers

if TYPE_CHECKING:
    from training.learning.fitting import Fit


def fit(folder: Path) -> "Fit":
    from tests.unit.training.learning.tiny import bars, fitted_tiny

    def held_back(epoch: int) -> tuple[np.ndarray, np.ndarray]:
        while epoch >= 2 and not (folder / "go").exists():
            time.sleep(0.02)
        return bars(epoch)

    return fitted_tiny(held_back, folder / "checkpoint", plain=True)


def work(folder: Path) -> None:
    from training.learning.cluster import PeerLostError, place

    (folder / f"worker-{place().number}").write_text(str(os.getpid()))
    try:
        fit(folder)
    except PeerLostError as problem:
        print(problem, file=sys.stderr)
        sys.exit(LOST_A_PEER)


if __name__ == "__main__":
    here = Path(sys.argv[1])
    if "TF_CONFIG" in os.environ:
        work(here)
    else:
        run_workers(2, work, here)
        np.savez(here / "weights.npz", *fit(here).network.get_weights())
