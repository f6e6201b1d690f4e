import os
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic

import psutil
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from dashboard.throughput.load import Load
from pipeline.settings import REPOSITORY, Settings

eventually = retry(
    stop=stop_after_delay(20), wait=wait_fixed(0.01), retry=retry_if_exception_type(AssertionError), reraise=True
)


def program(text: str) -> list[str]:
    return [sys.executable, "-c", text]


@eventually
def await_end(load: Load) -> None:
    assert not load.running


def test_the_report_of_a_replay_is_kept() -> None:
    load = Load(
        Settings(), program("import sys; print('{\"drawings\": 3, \"rest\": \"' + ' '.join(sys.argv[1:]) + '\"}')")
    )
    assert load.start(50.0, 3)
    await_end(load)
    assert load.run is not None
    assert load.run.report == {"drawings": 3, "rest": "--count 3 --report --json --rate 50"}
    assert (load.run.failure, load.run.stopped) == ("", False)


def test_a_failure_is_its_last_line() -> None:
    load = Load(Settings(), program("import sys; print('noise', file=sys.stderr); sys.exit('Kafka is away')"))
    load.start(None, 3)
    await_end(load)
    assert load.run is not None
    assert (load.run.failure, load.run.report) == ("Kafka is away", None)


def test_one_at_a_time_and_it_can_be_stopped_and_leaves_no_zombie() -> None:
    load = Load(Settings(), program("import time; time.sleep(600)"))
    before = set(psutil.Process().children())
    assert load.start(None, 3)
    assert not load.start(None, 3)
    began = monotonic()
    load.stop()
    await_end(load)
    assert monotonic() - began < 20
    assert load.run is not None
    assert (load.run.stopped, load.run.failure, load.run.report) == (True, "", None)
    assert set(psutil.Process().children()) <= before
    assert load.start(None, 3)
    load.stop()
    await_end(load)


def test_a_replay_ends_with_the_process_that_started_it() -> None:
    theirs, ours = os.pipe()
    command = program("from dashboard.throughput import replaying; replaying.end_with_stdin()")
    replay = subprocess.Popen(command, stdin=theirs, cwd=REPOSITORY)
    os.close(theirs)
    assert replay.poll() is None
    os.close(ours)
    assert replay.wait(60) == -signal.SIGTERM


def test_what_cannot_be_started_is_a_sentence(tmp_path: Path) -> None:
    load = Load(Settings(), [str(tmp_path / "missing")])
    load.start(None, 3)
    await_end(load)
    assert load.run is not None
    assert "could not be started" in load.run.failure


def test_a_report_of_unanswered_drawings_is_a_report() -> None:
    load = Load(Settings(), program("import sys; print('{\"unanswered\": 1}'); sys.exit(1)"))
    load.start(None, 3)
    await_end(load)
    assert load.run is not None
    assert load.run.report == {"unanswered": 1}
