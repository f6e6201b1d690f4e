import sys

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
