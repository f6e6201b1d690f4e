"""A process that stays as a zombie when it has ended, as orphans do where process 1 looks after none."""

import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

CARELESS = """
import os, sys, time
if os.fork():
    time.sleep(600)
print(os.getpid(), flush=True)
sys.stdin.read()
"""
"""Its child ends with its input, and it never asks what became of the child."""


@pytest.fixture
def careless() -> Iterator[subprocess.Popen[str]]:
    """A parent who does not notice deaths."""
    command = [sys.executable, "-c", CARELESS]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


@pytest.fixture
def unnoticed(careless: subprocess.Popen[str]) -> psutil.Process:
    """A running process of which nobody will notice that it has ended."""
    assert careless.stdout
    return psutil.Process(int(careless.stdout.readline()))
