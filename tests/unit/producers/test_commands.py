from pathlib import Path

import pytest

from pipeline.settings import settings
from producers import demo, replay, submit
from producers.answers import AnswerReader
from producers.broker import KafkaUnavailableError
from producers.console import INTERRUPTED
from producers.sender import DrawingSender


@pytest.fixture
def image(tmp_path: Path) -> str:
    file = tmp_path / "7.png"
    file.write_bytes(b"anything")
    return str(file)


@pytest.mark.parametrize("seconds", ["0", "-3", "soon", "nan", "inf"])
def test_waiting_takes_a_time_above_zero(seconds: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        submit.main(["--wait", seconds, "a.png"])
    assert end.value.code == 2
    assert f"'{seconds}' is not a number above zero" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [[], ["--count", "0"], ["--count", "1.5"], ["--count", "9", "--rate", "0"], ["--count", "9", "more"]]
)
def test_replay_refuses_what_makes_no_sense(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as end:
        replay.main(arguments)
    assert end.value.code == 2


@pytest.mark.parametrize("arguments", [["--count", "-1"], ["--count", "1.5"], ["--wait", "0"], ["--wait", "soon"]])
def test_the_demo_refuses_what_makes_no_sense(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as end:
        demo.main(arguments)
    assert end.value.code == 2


def test_ctrl_c_ends_the_demo_without_a_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever ends ``make run`` while it shows the demo ends both: the terminal's signal reaches both."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "AnswerReader", interrupted)
    assert demo.main(["--count", "1"]) == INTERRUPTED
    assert capsys.readouterr() == ("", "")


def test_nothing_to_send_needs_no_kafka(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert submit.main([str(tmp_path / "gone.png"), str(tmp_path)]) == 1
    assert capsys.readouterr().err == f"{tmp_path}/gone.png: no such file\n{tmp_path}: no image in this folder\n"


@pytest.mark.usefixtures("no_kafka")
def test_a_folder_without_mnist_is_told_before_kafka_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert replay.main(["--count", "5", "--data", str(tmp_path)]) == 1
    assert capsys.readouterr().err.startswith(f"{tmp_path}/t10k-images-idx3-ubyte.gz is missing")


def test_an_absent_kafka_is_one_sentence(no_kafka: str, image: str, capsys: pytest.CaptureFixture[str]) -> None:
    sentence = f"Kafka at {no_kafka} does not answer; make status tells more, and make start starts it\n"
    assert submit.main([image]) == 1
    assert capsys.readouterr() == ("", sentence)
    assert submit.main(["--wait", "5", image]) == 1
    assert capsys.readouterr() == ("", sentence)
    assert replay.main(["--count", "5"]) == 1
    assert capsys.readouterr() == ("", sentence)
    assert demo.main(["--count", "5"]) == 1
    assert capsys.readouterr() == ("", sentence)


@pytest.mark.usefixtures("no_kafka")
def test_an_absent_kafka_is_an_error_of_its_own() -> None:
    with pytest.raises(KafkaUnavailableError):
        DrawingSender(settings(), "test")
    with pytest.raises(KafkaUnavailableError):
        AnswerReader(settings())
