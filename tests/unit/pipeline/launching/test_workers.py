import subprocess
import sys

import psutil

from pipeline.launching.workers import _bury


def test_a_dead_worker_is_no_zombie_and_a_living_one_is_let_be() -> None:
    with subprocess.Popen([sys.executable, "-S", "-c", "input()"], stdin=subprocess.PIPE) as living:
        dead = subprocess.Popen([sys.executable, "-S", "-c", ""])
        while psutil.Process(dead.pid).status() != psutil.STATUS_ZOMBIE:
            pass

        _bury()

        assert not psutil.pid_exists(dead.pid)
        assert dead.poll() is not None
        assert living.poll() is None
