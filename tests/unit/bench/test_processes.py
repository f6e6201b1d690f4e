import sys
from pathlib import Path

import psutil
import pytest

from bench.processes import running
from pipeline.errors import InkstreamError
from pipeline.local.ends import alive


def test_what_a_process_started_is_counted_and_ended_with_it(tmp_path: Path) -> None:
    waiting = "import os, signal; [os.fork() for _ in range(1)]; signal.pause()"
    with running({"parent": [sys.executable, "-c", waiting]}, {}, tmp_path) as group:
        process = psutil.Process(group.processes["parent"].pid)
        while not (children := process.children()):
            group.require_life()
        usage = group.usage()
        assert usage.memory["parent"] > process.memory_info().rss
        assert usage.cpu_seconds >= sum(process.cpu_times()[:2])

    assert not any(map(alive, [process, *children]))


def test_a_death_is_told_with_the_last_words(tmp_path: Path) -> None:
    with running({"a": [sys.executable, "-c", "raise SystemExit('no broker')"]}, {}, tmp_path) as group:
        group.processes["a"].wait()

        with pytest.raises(InkstreamError, match=r"a has ended with status 1.*no broker"):
            group.require_life()


def test_the_environment_reaches_the_process(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import os; print(os.environ['INKSTREAM_KAFKA_PORT'])"]
    with running({"a": command}, {"INKSTREAM_KAFKA_PORT": "19092"}, tmp_path) as group:
        group.processes["a"].wait()

    assert "19092" in group.last_words()
