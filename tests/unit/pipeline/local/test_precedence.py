import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.local import precedence


@pytest.mark.parametrize("own_session", [True, False])
def test_a_process_is_computed_last_and_takes_nothing_from_those_whose_session_it_shares(own_session: bool) -> None:
    script = "import os; from pipeline.local.precedence import *; let_drawings_go_first(19); print(os.nice(0))"
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


def test_one_is_computed_last_even_if_it_began_before_others() -> None:
    script = """
import os
from pipeline.local.precedence import let_drawings_go_first
try:
    os.setpriority(os.PRIO_PROCESS, 0, -5)
except OSError:
    raise SystemExit
let_drawings_go_first(19)
print(os.getpriority(os.PRIO_PROCESS, 0))
"""

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    if not done.stdout:
        pytest.skip("this user may not go before others")
    assert done.stdout == "19\n"


@pytest.mark.parametrize("more", [0, 10])
def test_a_command_goes_behind_others_and_never_further_ahead_than_it_was(more: int) -> None:
    before = min(os.nice(0) + more, 19)
    shown = [sys.executable, "-c", "import os, sys; print(os.nice(0), *sys.argv[1:])", "100 %", "--x"]

    done = subprocess.run(
        ["nice", "-n", str(more), *precedence.yielding(shown)], capture_output=True, text=True, check=True
    )

    assert done.stdout.split(maxsplit=1) == [str(max(before, 5)), "100 % --x\n"]


def test_a_command_keeps_its_process() -> None:
    """Who supervises it ends it by its id."""
    shown = [sys.executable, "-c", "import os; print(os.getpid())"]
    with subprocess.Popen(precedence.yielding(shown), stdout=subprocess.PIPE, text=True) as process:
        assert process.communicate()[0] == f"{process.pid}\n"


def test_a_session_is_told_again_when_the_kernel_is_busy_with_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """As for users that are no administrators: one session of all in a tenth of a second."""
    told: list[str] = []

    class OfSession:
        def write_text(self, niceness: str) -> None:
            told.append(niceness)
            if len(told) < 3:
                raise BlockingIOError

    monkeypatch.setattr(precedence, "OF_SESSION", OfSession())
    monkeypatch.setattr(precedence.os, "getsid", lambda _: precedence.os.getpid())
    monkeypatch.setattr(precedence.os, "setpriority", lambda *_: None)
    precedence.let_drawings_go_first(5)

    assert told == ["5", "5", "5"]


def autogroup() -> list[str]:
    """This process's, as in "/autogroup-4 nice 0"; empty without autogroups, and where no session was ever begun."""
    told = Path("/proc/self/autogroup")
    return told.read_text().split() if told.exists() else []
