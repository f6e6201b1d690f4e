import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.lakehouse.__main__ import CHORES
from pipeline.local import housekeeper


def test_it_waits_then_tidies_up_in_a_process_of_its_own_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[object] = []

    def run(command: list[str], check: bool) -> None:
        done.append(command)
        if done.count(command) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(housekeeper.time, "sleep", done.append)
    monkeypatch.setattr(housekeeper.subprocess, "run", run)
    with pytest.raises(KeyboardInterrupt):
        housekeeper.keep_house(seconds_between=600)

    command = [sys.executable, "-m", "pipeline.lakehouse", "tidy"]
    assert done == [600, command, 600, command]
    assert "tidy" in CHORES


@pytest.mark.parametrize("own_session", [True, False])
def test_it_is_computed_last_and_takes_nothing_from_those_whose_session_it_shares(own_session: bool) -> None:
    script = "import os; from pipeline.local.housekeeper import *; let_drawings_go_first(); print(os.nice(0))"
    shown = f"{script}; print(OF_SESSION.read_text() if OF_SESSION.exists() else '')"

    done = subprocess.run(
        [sys.executable, "-c", shown], capture_output=True, text=True, check=True, start_new_session=own_session
    )

    niceness, *of_session = done.stdout.split()
    assert niceness == "19"
    if not own_session:
        assert of_session == autogroup()
    elif of_session:
        assert of_session[-1] == "19"
    else:
        pytest.skip("this kernel has no autogroups")


def test_it_is_computed_last_even_if_it_began_before_others() -> None:
    script = """
import os
from pipeline.local.housekeeper import let_drawings_go_first
try:
    os.setpriority(os.PRIO_PROCESS, 0, -5)
except OSError:
    raise SystemExit
let_drawings_go_first()
print(os.getpriority(os.PRIO_PROCESS, 0))
"""

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    if not done.stdout:
        pytest.skip("this user may not go before others")
    assert done.stdout == "19\n"


def autogroup() -> list[str]:
    """This process's, as in "/autogroup-4 nice 0"; empty without autogroups, and where no session was ever begun."""
    told = Path("/proc/self/autogroup")
    return told.read_text().split() if told.exists() else []
