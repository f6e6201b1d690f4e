"""How the cluster runs the job: as it was asked to, within its memory, and for this machine only."""

import os
import subprocess
import sys
import time

import psutil

from pipeline.launching.flink import Flink
from pipeline.local.stack import health
from pipeline.settings import REPOSITORY, Settings
from tests.integration.stack import Feed, Stack, eventually


def test_the_job_runs_with_the_options_that_we_ship(stack: Settings) -> None:
    flink = Flink(stack.flink_rest)
    job_id = flink.live_job(stack.job_name)
    checkpoints = flink.get(f"/jobs/{job_id}/checkpoints/config")
    assert checkpoints["interval"] == 15_000
    assert checkpoints["externalization"] == {"enabled": True, "delete_on_cancellation": False}
    config = flink.get(f"/jobs/{job_id}/config")["execution-config"]
    assert config["job-parallelism"] == 2
    assert config["user-config"]["maxBundleSize"] == "1"


def test_an_option_that_nobody_knows_is_refused_by_name(stack: Settings) -> None:
    done = _launch(stack, "--replace", "--max_bundle_tme_mills=5")
    assert done.returncode == 1
    assert "--max_bundle_tme_mills" in done.stderr
    assert "--max_bundle_time_mills" in done.stderr
    assert "Traceback" not in done.stderr


def test_each_subtask_reads_a_share_of_the_partitions(stack: Settings, feed: Feed) -> None:
    """Flink places the shares by a hash that we must foresee."""
    feed.send(500)
    feed.await_answers()
    eventually(lambda: _all_subtasks_have_read(stack))()


def _all_subtasks_have_read(stack: Settings) -> None:
    flink = Flink(stack.flink_rest)
    job_id = flink.live_job(stack.job_name)
    vertices = flink.get(f"/jobs/{job_id}")["vertices"]
    (reading,) = [vertex["id"] for vertex in vertices if "DecodeDrawings" in vertex["name"]]
    subtasks = flink.get(f"/jobs/{job_id}/vertices/{reading}")["subtasks"]
    assert [subtask["metrics"]["read-records"] for subtask in subtasks] == [1, 1]


def test_rows_stay_in_the_worker_that_has_read(stack: Settings) -> None:
    """What a reader takes for read, its own worker must have for the lakehouse: they are one stage."""
    flink = Flink(stack.flink_rest)
    vertices = flink.get(f"/jobs/{flink.live_job(stack.job_name)}")["vertices"]
    (reading,) = [vertex["name"] for vertex in vertices if "DecodeDrawings" in vertex["name"]]
    for stage in ("ReadBatches", "PublishOutcomes", "WriteToLakehouse", "PublishRejections", "WriteCorrections"):
        assert stage in reading


def test_what_was_answered_and_has_not_landed_is_read_again(stack: Settings, running: Stack, feed: Feed) -> None:
    """A checkpoint is then ahead of the lakehouse by rows that died with their worker."""
    done = _launch(stack, "--replace", "--commit_seconds=3600")
    assert done.returncode == 0, done.stderr
    for count in (100, 500):  # a worker's first batch is committed at once, the next ones would be in an hour
        feed.send(count)
        feed.await_answers()
        answered = time.time() * 1000
        _await_checkpoint_since(stack, answered)
    assert feed.in_lakehouse()[0] < len(feed.ids)

    running.kill(running.beam_worker())

    assert _launch(stack, "--replace").returncode == 0
    feed.await_in_lakehouse()


def test_what_has_landed_is_not_answered_again(stack: Settings, running: Stack, feed: Feed) -> None:
    """A worker lands what it has read long before a checkpoint knows of it, if drawings keep coming."""
    done = _launch(stack, "--replace", "--commit_seconds=1")
    assert done.returncode == 0, done.stderr
    landed = eventually(lambda: _sent_on_until_some_have_landed(feed))()

    running.kill(running.beam_worker())

    feed.send(500)  # their answers come behind any that are given again
    feed.await_answers()
    feed.await_in_lakehouse()
    assert [one for one in landed if len(feed.answers[one]) > 1] == []
    assert _launch(stack, "--replace").returncode == 0


def _sent_on_until_some_have_landed(feed: Feed) -> list[str]:
    feed.send(20)
    landed = feed.landed()
    assert len(landed) > 20
    return landed


def test_a_fresh_start_answers_everything_again_and_doubles_no_row(stack: Settings, feed: Feed) -> None:
    feed.send(300)
    feed.await_answers()
    feed.await_in_lakehouse()

    done = _launch(stack, "--replace", "--fresh")

    assert done.returncode == 0, done.stderr
    feed.await_answers(times=2)
    feed.send(100)
    feed.await_answers()
    feed.await_in_lakehouse()


@eventually
def _await_checkpoint_since(stack: Settings, since_ms: float) -> None:
    flink = Flink(stack.flink_rest)
    latest = flink.get(f"/jobs/{flink.live_job(stack.job_name)}/checkpoints")["latest"]["completed"]
    assert latest
    assert latest["trigger_timestamp"] > since_ms


def test_the_job_goes_on_with_another_parallelism(stack: Settings, feed: Feed) -> None:
    feed.send(500)
    for parallelism in (1, 2):
        done = _launch(stack, "--replace", f"--parallelism={parallelism}")
        assert done.returncode == 0, done.stderr
        assert "goes on from what the lakehouse has" in done.stderr
        feed.send(500)
        feed.await_answers()
        feed.await_in_lakehouse()


def test_a_second_launch_says_that_the_job_runs(stack: Settings) -> None:
    done = _launch(stack)
    assert done.returncode == 1
    assert "runs already" in done.stderr


def test_nothing_listens_beyond_this_machine_and_memory_stays_below_6_gb(stack: Settings, running: Stack) -> None:
    components = health(stack)
    processes = [psutil.Process(one.pid) for one in components]
    everyone = [process for parent in processes for process in [parent, *parent.children(recursive=True)]]
    listening = {
        connection.laddr.ip.removeprefix("::ffff:")
        for process in everyone
        for connection in process.net_connections()
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}
    assert sum(one.memory for one in components) < 6 * 2**30


def test_a_port_in_use_is_named_with_who_needs_it(stack: Settings, tmp_path_factory: object) -> None:
    environment = os.environ | {"INKSTREAM_STATE_DIR": str(stack.state_dir / "second")}
    command = [sys.executable, "-m", "pipeline.local", "start"]
    done = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert f"Port {stack.kafka_port} is in use, and kafka needs it" in done.stderr.replace("\n", " ")


def _launch(stack: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pipeline", *arguments]
    return subprocess.run(command, cwd=REPOSITORY, env=os.environ, capture_output=True, text=True, timeout=200)
