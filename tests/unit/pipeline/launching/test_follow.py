import os
import subprocess
import sys

import pytest
import requests

from pipeline.launching.flink import Flink
from pipeline.launching.follow import await_end
from pipeline.settings import REPOSITORY


def test_it_stays_while_the_job_lives_and_while_flink_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    told = iter([None, requests.ConnectionError(), None, "LOST", "never asked"])

    def end_of(_: Flink, job_id: str) -> str | None:
        answer = next(told)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(Flink, "end_of", end_of)

    assert await_end(Flink("http://nowhere"), "cafe", seconds_between=0) == "LOST"
    assert list(told) == ["never asked"]


def test_it_holds_nothing_of_beam_in_memory() -> None:
    program = "import sys, pipeline.launching.follow; print([name for name in sys.modules if 'apache_beam' in name])"
    done = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, env=os.environ, capture_output=True)

    assert done.stdout.strip() == b"[]"
