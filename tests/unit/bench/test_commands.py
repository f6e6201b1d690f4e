import pytest

from bench.__main__ import main
from bench.growth import cases
from pipeline.options import default_flags, given
from pipeline.settings import Settings


def test_an_engine_that_is_none_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--engines", "bare-loop,storm"])

    assert "no engine storm: there are bare-loop, inkstream" in capsys.readouterr().err


def test_no_drawings_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--drawings", "0"])

    assert "'0' is not a whole number above zero" in capsys.readouterr().err


def test_what_ships_is_among_what_grows() -> None:
    shipped = given(default_flags(Settings()))

    assert any(case.name == "parallelism" and str(case.value) == shipped["parallelism"] for case in cases())
    assert any(case.name == "batch_size" and str(case.value) == shipped["max_bundle_size"] for case in cases())
