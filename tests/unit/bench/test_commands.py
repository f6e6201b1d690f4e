import pytest
from apache_beam.options.pipeline_options import FlinkRunnerOptions

from bench.__main__ import main
from bench.growth import cases
from pipeline.options import InkstreamOptions, default_flags
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
    shipped = InkstreamOptions(default_flags(Settings()))

    assert any(case.name == "batch_size" and case.value == shipped.max_batch_size for case in cases())
    parallelism = shipped.view_as(FlinkRunnerOptions).parallelism
    assert any(case.name == "parallelism" and case.value == parallelism for case in cases())
