import subprocess

import psutil

from pipeline.local.ends import alive, await_end


def test_what_runs_is_not_waited_for_for_ever(unnoticed: psutil.Process) -> None:
    assert alive(unnoticed)
    assert await_end([unnoticed], seconds=0) == [unnoticed]


def test_a_zombie_has_ended(unnoticed: psutil.Process) -> None:
    unnoticed.kill()

    assert await_end([unnoticed], seconds=60) == []
    assert unnoticed.status() == psutil.STATUS_ZOMBIE
    assert not alive(unnoticed)


def test_a_child_of_our_own_has_ended_too(careless: subprocess.Popen[str], unnoticed: psutil.Process) -> None:
    own = psutil.Process(careless.pid)
    careless.kill()

    assert await_end([own], seconds=60) == []
    assert not alive(own)
    assert await_end([own, unnoticed], seconds=0) == [unnoticed]
