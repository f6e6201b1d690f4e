import os
import resource
import subprocess
import sys

import pytest

STEPS = """
import resource, sys
from training.learning.memory import keep_freed_memory
if sys.argv[1] == "kept":
    keep_freed_memory()
import numpy as np
for step in range(60):
    if step == 10:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    blocks = [np.ones(1 << 14) for _ in range(100)]
    blocks = []
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""
TUNING = ("GLIBC_TUNABLES", "MALLOC_")
"""What begins like this in the environment may have changed malloc already."""


def faults(how: str) -> int:
    command = [sys.executable, "-c", STEPS, how]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(TUNING)}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return int(ended.stdout)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="it is glibc's malloc")
def test_what_is_freed_is_not_asked_for_again() -> None:
    pages_of_a_step = 100 * (1 << 17) / resource.getpagesize()

    given_back = faults("given back")
    if given_back <= pages_of_a_step:
        pytest.skip("malloc keeps what is freed on this machine, or its pages are huge")

    assert faults("kept") < pages_of_a_step
