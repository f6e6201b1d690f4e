import csv
import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from pipeline.mnist import LabelledRasters
from pipeline.recognition.classifier import Classifier
from pipeline.settings import settings
from training.evaluate import main
from training.evaluation.labelled import LabelledDrawing


@pytest.fixture(scope="module")
def folder(digits: LabelledRasters, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """50 of those digits as image files, a scribble and a file that is no image."""
    folder = tmp_path_factory.mktemp("drawn")
    lines = ["file,label"]
    for index, (raster, label) in enumerate(zip(digits.rasters[:50], digits.labels, strict=False)):
        Image.fromarray(255 - raster).save(folder / f"{index}.png")
        lines.append(f"{index}.png,{label}")
    Image.fromarray(np.random.default_rng(1).permuted(digits.rasters[0])).save(folder / "scribble.bmp")
    (folder / "broken.jpg").write_bytes(b"hello")
    (folder / "labels.csv").write_text("\n".join([*lines, "scribble.bmp,", "broken.jpg,407"]))
    return folder


def result_of(output: str) -> dict[str, object]:
    lines = output.splitlines()
    assert len(lines) == 1
    result = json.loads(lines[0])
    assert isinstance(result, dict)
    return result


def test_a_folder_is_read_into_a_json_object_a_table_and_a_report(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, report = tmp_path / "predictions.csv", tmp_path / "report.html"

    main(["--images", str(folder), "--out", str(out), "--report", str(report), "--batch-size", "20"])

    output = capsys.readouterr()
    result = result_of(output.out)
    assert (result["images"], result["numbers"], result["rejected"]) == (52, 51, {"not_an_image": 1})
    assert result["model"] == Classifier.load(settings().model_path).version
    assert "Reading" in output.err
    assert "broken.jpg" in report.read_text(encoding="utf-8")
    with out.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["file", "label", "number", "confidence", "rejected"]
    assert [row["file"] for row in rows] == [*(f"{index}.png" for index in range(50)), "scribble.bmp", "broken.jpg"]
    assert rows[-1] == {
        "file": "broken.jpg",
        "label": "407",
        "number": "",
        "confidence": "0.0",
        "rejected": "not_an_image",
    }
    right = sum(row["label"] == row["number"] for row in rows if row["label"])
    assert result["accuracy"] == pytest.approx(right / 51, abs=1e-6)
    assert right > 45


def test_mnist_is_read_as_it_is(
    mnist_folder: Path, digits: LabelledRasters, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["--mnist", str(mnist_folder)])

    result = result_of(capsys.readouterr().out)
    assert result["images"] == len(digits.labels)
    assert float(str(result["accuracy"])) > 0.9
    assert float(str(result["seconds"])) > 0
    assert "expected_calibration_error" in result
    assert "shrunk" not in result


def five(rasters: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Takes everything for a 5."""
    return np.tile((0.001 + 0.989 * np.eye(11)[5]).astype(np.float32), (len(rasters), 1))


def test_mnist_is_read_smaller_too_if_asked(
    mnist_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Classifier, "load", lambda _: Classifier("fake", five))

    main(["--mnist", str(mnist_folder), "--shrink", "20,9", "--curve", str(tmp_path / "curve.png")])

    with Image.open(tmp_path / "curve.png") as curve:
        assert curve.size == (704, 352)
    shrunk = result_of(capsys.readouterr().out)["shrunk"]
    assert isinstance(shrunk, dict)
    assert list(shrunk) == ["20", "9"]
    assert all(0 < accuracy < 0.3 for accuracy in shrunk.values())


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--mnist", "nowhere"], "is missing"),
        (["--images", "nowhere"], "labels.csv cannot be read"),
        (["--mnist", "MNIST", "--model", "none.keras"], "There is no model at none.keras"),
        (["--images", "DRAWN", "--out", "no/such/folder.csv"], "No such file or directory: 'no/such/folder.csv'"),
        (["--images", "DRAWN", "--out", "DRAWN/labels.csv"], "holds the labels: write elsewhere"),
        (["--images", "DRAWN", "--report", "report.pdf"], "ends neither in .html nor in .png"),
        (["--images", "DRAWN", "--batch-size", "0"], "0 is no number from 1 on"),
        (["--images", "DRAWN", "--shrink"], "--shrink goes with --mnist"),
        (["--mnist", "MNIST", "--curve", "curve.png"], "--curve with --shrink"),
        (["--images", "DRAWN", "--mnist", "MNIST"], "not allowed with"),
        ([], "one of the arguments --images --mnist is required"),
    ],
)
def test_a_wrong_request_is_refused_in_a_sentence_before_the_work_begins(
    folder: Path, mnist_folder: Path, options: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    places = {"DRAWN": str(folder), "MNIST": str(mnist_folder)}

    with pytest.raises(SystemExit) as caught:
        main([option.replace("DRAWN", places["DRAWN"]).replace("MNIST", places["MNIST"]) for option in options])

    output = capsys.readouterr()
    assert (caught.value.code, output.out) == (2, "")
    assert sentence in output.err.splitlines()[-1]
    assert "Reading" not in output.err


def test_a_model_that_is_none_is_refused_too(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "text.keras").write_text("hello")

    with pytest.raises(SystemExit):
        main(["--images", str(folder), "--model", str(tmp_path / "text.keras")])

    assert "text.keras" in capsys.readouterr().err


def test_a_file_that_vanishes_is_a_sentence_not_a_traceback(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def gone() -> bytes:
        raise FileNotFoundError(2, "No such file or directory", "7.png")

    monkeypatch.setattr("training.evaluate.labelled_folder", lambda _: [LabelledDrawing("7.png", "7", gone)])

    with pytest.raises(SystemExit) as caught:
        main(["--images", str(folder)])

    assert caught.value.code == 2
    assert "7.png" in capsys.readouterr().err.splitlines()[-1]
