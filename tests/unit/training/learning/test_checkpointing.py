import os
from pathlib import Path

import numpy as np
import pytest

from training.learning.checkpointing import NAME, Checkpoint, Checkpoints, forget

STATE = [np.arange(6, dtype=np.float32).reshape(2, 3), np.array(7), np.array([2**40, 1], np.int64)]
HISTORY = [{"loss": 0.5}, {"loss": 0.25}]


def test_the_newest_one_comes_back_as_it_was(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path / "run", {"seed": 1})
    assert checkpoints.newest() is None

    checkpoints.save(Checkpoint([np.zeros(3)], HISTORY[:1]))
    checkpoints.save(Checkpoint(STATE, HISTORY))

    newest = Checkpoints(tmp_path / "run", {"seed": 1}).newest()
    assert newest is not None
    assert newest.history == HISTORY
    assert [array.dtype for array in newest.state] == [array.dtype for array in STATE]
    assert all(np.array_equal(one, other) for one, other in zip(newest.state, STATE, strict=True))


def test_one_of_other_settings_is_left_with_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Checkpoints(tmp_path, {"seed": 1, "epochs": 3}).save(Checkpoint(STATE, HISTORY))

    assert Checkpoints(tmp_path, {"seed": 2, "epochs": 3}).newest() is None

    assert capsys.readouterr().err.endswith("is of a run with other seed: training starts afresh.\n")


def test_killed_while_it_writes_the_one_before_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checkpoints = Checkpoints(tmp_path, {})
    checkpoints.save(Checkpoint(STATE, HISTORY[:1]))

    def killed(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", killed)
    with pytest.raises(KeyboardInterrupt):
        checkpoints.save(Checkpoint(STATE, HISTORY))

    newest = checkpoints.newest()
    assert newest is not None
    assert newest.history == HISTORY[:1]


def test_a_damaged_one_is_left_with_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    checkpoints = Checkpoints(tmp_path, {})
    checkpoints.save(Checkpoint(STATE, HISTORY))
    file = tmp_path / NAME
    file.write_bytes(file.read_bytes()[:300])

    assert checkpoints.newest() is None
    assert "is damaged" in capsys.readouterr().err


def test_nothing_stays_of_a_training_that_is_over(tmp_path: Path) -> None:
    Checkpoints(tmp_path / "run", {}).save(Checkpoint(STATE, HISTORY))

    forget(tmp_path / "run")
    forget(tmp_path / "run")

    assert list(tmp_path.iterdir()) == []


def test_what_else_is_in_the_folder_stays(tmp_path: Path) -> None:
    Checkpoints(tmp_path, {}).save(Checkpoint(STATE, HISTORY))
    (tmp_path / "thesis.txt").write_text("years of work")

    forget(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
