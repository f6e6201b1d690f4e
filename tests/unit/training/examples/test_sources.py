import shutil
from pathlib import Path

import pytest

from pipeline.errors import InkstreamError
from training.examples.sources import divided, read_sources


def test_folders_are_recognised_by_what_they_hold(mnist_folder: Path, pen_folder: Path) -> None:
    sources = read_sources([pen_folder, mnist_folder])

    assert sources.mnist.rasters.shape == (200, 28, 28)
    assert len(sources.mnist_test.labels) == 200
    assert [digit.label for digit in sources.pen] == [1] * 20


def test_either_kind_alone_will_do(mnist_folder: Path, pen_folder: Path) -> None:
    assert read_sources([mnist_folder]).pen == []
    assert read_sources([pen_folder]).mnist.rasters.shape == (0, 28, 28)


def test_the_digest_is_that_of_the_content(mnist_folder: Path, pen_folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(mnist_folder, tmp_path / "copy")

    assert read_sources([mnist_folder]).digest == read_sources([copy]).digest
    assert read_sources([mnist_folder]).digest != read_sources([mnist_folder, pen_folder]).digest


@pytest.mark.parametrize("folders", [[], ["empty"]])
def test_missing_data_is_one_sentence_that_names_the_option(tmp_path: Path, folders: list[str]) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(InkstreamError, match="--data") as caught:
        read_sources([tmp_path / name for name in folders])

    assert "\n" not in str(caught.value)


def test_what_is_checked_is_not_learnt(mnist_folder: Path, pen_folder: Path) -> None:
    sources = read_sources([pen_folder, mnist_folder])

    parts = divided(sources)

    assert (len(parts.mnist.labels), len(parts.mnist_checked.labels)) == (190, 10)
    assert parts.mnist_checked.rasters[1].tobytes() == sources.mnist.rasters[20].tobytes()
    assert parts.pen + parts.pen_checked == sources.pen
    assert len(parts.pen_checked) == 2
