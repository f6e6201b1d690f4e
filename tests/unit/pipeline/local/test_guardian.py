from pathlib import Path

import psutil
import pytest

from pipeline.local import guardian
from pipeline.settings import Settings


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    here = Settings(state_dir=tmp_path)
    (tmp_path / "logs").mkdir()
    monkeypatch.setattr(guardian, "settings", lambda: here)
    return here


@pytest.mark.timeout(60)
def test_a_killed_supervisor_is_brought_back_even_if_nobody_notices_its_death(
    here: Settings, unnoticed: psutil.Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Settings] = []
    monkeypatch.setattr(guardian, "start", started.append)
    monkeypatch.setattr(guardian.os, "getppid", lambda: unnoticed.pid)
    unnoticed.kill()

    guardian.guard()

    assert started == [here]
