from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import InkstreamError
from pipeline.local.crashes import LAST_LINES, Crashes
from pipeline.local.supervisor import Supervisor
from pipeline.settings import Settings


class Played(Supervisor):
    """A supervisor that says, look by look, since when the job has been up; 0 while it waits to start again."""

    def __init__(self, folder: Path, starts: Iterable[int]) -> None:
        super().__init__(Settings(state_dir=folder))
        self.logs.mkdir(parents=True)
        self.log("job").write_text("".join(f"line {number} [red]\n\tat A.b\n" for number in range(100)))
        self._starts = iter(starts)

    def processes(self) -> list[dict[str, Any]]:
        return [{"name": "kafka", "start": 5}, {"name": "job", "start": next(self._starts)}]


@pytest.mark.parametrize("starts", [[0, 0, 0, 7], [7, 7, 7, 7], [7, 0, 9, 9]])
def test_who_stays_up_or_fell_once_has_not_crashed(starts: list[int], tmp_path: Path) -> None:
    crashes = Crashes(Played(tmp_path, starts))

    for _ in starts:
        crashes.look()


def test_who_ends_after_each_start_is_told_with_its_last_words(tmp_path: Path) -> None:
    crashes = Crashes(Played(tmp_path, [7, 9, 9, 12]))
    for _ in range(3):
        crashes.look()

    with pytest.raises(InkstreamError) as refusal:
        crashes.look()

    first, *lines = str(refusal.value).splitlines()
    assert first.startswith("job ends soon after each start")
    assert str(tmp_path / "logs" / "job.log") in first
    assert lines == [f"line {number} [red]" for number in range(100 - LAST_LINES, 100)]
