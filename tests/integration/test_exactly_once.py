"""Nothing that is sent is lost, and nothing is in the lakehouse twice, whatever dies in between."""

import shutil

import psutil
import pytest

from pipeline.launching.flink import Flink
from pipeline.local.ends import alive
from pipeline.settings import Settings
from tests.integration.stack import Feed, Stack, eventually


def test_ten_thousand_drawings_are_answered_and_each_is_in_the_lakehouse_once(feed: Feed) -> None:
    feed.send(10_000)
    feed.await_answers()
    feed.await_in_lakehouse()


@pytest.mark.parametrize("component", ["taskmanager", "workers", "kafka", "jobmanager", "job"])
def test_a_killed_component_comes_back_and_nothing_is_lost_or_doubled(
    component: str, running: Stack, feed: Feed
) -> None:
    feed.send(2_000)
    victim = running.process(component)
    running.kill(victim)
    successor = eventually(lambda: _successor(running, component, victim))()
    assert successor.pid != victim.pid
    feed.send(2_000)
    feed.await_answers()
    feed.await_in_lakehouse()


def test_a_killed_beam_worker_is_replaced(running: Stack, feed: Feed) -> None:
    feed.send(2_000)
    running.kill(running.beam_worker())
    feed.send(2_000)
    feed.await_answers()
    feed.await_in_lakehouse()


def test_a_killed_supervisor_is_brought_back(running: Stack, feed: Feed) -> None:
    supervisor = running.process("kafka").parent()
    assert supervisor is not None
    running.kill(supervisor)
    eventually(lambda: _successor(running, "kafka", supervisor))()
    feed.send(100)
    feed.await_answers()
    feed.await_in_lakehouse()


def test_a_stopped_stack_leaves_no_process_and_goes_on_where_it_was(running: Stack, feed: Feed) -> None:
    feed.send(3_000)
    processes = [process for root in _components(running) for process in [root, *root.children(recursive=True)]]
    running.stop()
    assert [process for process in processes if alive(process)] == []
    running.start()
    feed.await_answers()
    feed.await_in_lakehouse()
    flink = Flink(running.settings.flink_rest)
    job_id = flink.live_job(running.settings.job_name)
    assert flink.get(f"/jobs/{job_id}/checkpoints")["latest"]["restored"], "the job did not go on from a checkpoint"


def test_a_lakehouse_deleted_under_the_stream_fills_itself_again(stack: Settings, feed: Feed) -> None:
    feed.send(500)
    feed.await_answers()
    feed.await_in_lakehouse()
    shutil.rmtree(stack.lakehouse)
    feed.send(100)
    feed.await_answers()
    feed.await_in_lakehouse()


def test_starting_a_running_stack_changes_nothing(running: Stack) -> None:
    before = _components(running)
    running.start()
    assert _components(running) == before


def _successor(running: Stack, component: str, victim: psutil.Process) -> psutil.Process:
    process = running.process(component)
    assert process.pid != victim.pid
    return process


def _components(running: Stack) -> list[psutil.Process]:
    return [running.process(name) for name in ("kafka", "jobmanager", "taskmanager", "workers", "dashboard", "job")]
