import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.mnist import LabelledRasters
from pipeline.recognition.image_limits import MAX_BYTES
from training.evaluation.labelled import LabelsError, labelled_folder, labelled_mnist, labelled_pictures, shrunk_mnist


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.png", "sub folder/b.jpg", 'two, "quoted".png', "größe.bmp"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    return tmp_path


@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_labels_are_read_as_spreadsheets_write_them(folder: Path, bom: str, end: str) -> None:
    lines = ["file,label", "a.png,007", "./sub folder/b.jpg, 12 ", '"two, ""quoted"".png",""', "größe.bmp,", ""]
    (folder / "labels.csv").write_bytes((bom + end.join(lines)).encode())

    drawings = labelled_folder(folder)

    assert [(drawing.file, drawing.label) for drawing in drawings] == [
        ("a.png", "007"),
        ("./sub folder/b.jpg", "12"),
        ('two, "quoted".png', ""),
        ("größe.bmp", ""),
    ]
    assert [drawing.value() for drawing in drawings] == [
        drawing.file.removeprefix("./").encode() for drawing in drawings
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "the first line must be file,label"),
        (b"name,digit\na.png,7\n", "the first line must be file,label"),
        (b"file,label\n", "names no image"),
        (b"file,label\na.png,7\nnone.png,1\nother.png,2\n", r"names 'none\.png' and 1 more, which the folder does not"),
        (b"file,label\nsub folder,7\n", "which the folder does not hold"),
        (b"file,label\na.png,7\n./a.png,7\n", r"line 3: '\./a\.png' is there twice"),
        (b"file,label\na.png,seven\n", "line 2: the label 'seven' is no number"),
        (b"file,label\na.png,-7\n", "line 2: the label '-7' is no number"),
        ("file,label\na.png,٣\n".encode(), "line 2: the label '٣' is no number"),
        (b"file,label\na.png\n", "line 2: a file and its label are wanted"),
        (b"file,label\na.png,7,8\n", "line 2: a file and its label are wanted"),
        (b'file,label\n"a.png,7\n', "is no CSV file in UTF-8"),
        ("file,label\na.png,7\n".encode("utf-16"), "is no CSV file in UTF-8"),
    ],
)
def test_what_is_wrong_with_the_labels_is_a_sentence(folder: Path, content: bytes, sentence: str) -> None:
    (folder / "labels.csv").write_bytes(content)

    with pytest.raises(LabelsError, match=sentence) as caught:
        labelled_folder(folder)

    assert "\n" not in str(caught.value)


def test_a_folder_without_labels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LabelsError, match=r"labels\.csv cannot be read"):
        labelled_folder(tmp_path)


def test_no_more_is_read_of_a_huge_file_than_shows_that_it_is_too_large(folder: Path) -> None:
    (folder / "labels.csv").write_text("file,label\na.png,1\n")
    with (folder / "a.png").open("wb") as file:
        file.truncate(MAX_BYTES + 1000)

    assert len(labelled_folder(folder)[0].value()) == MAX_BYTES + 1


def test_mnist_s_images_are_sent_as_they_are_or_smaller() -> None:
    rasters = np.zeros((2, 28, 28), np.uint8)
    rasters[0, :, :14] = 200
    images = LabelledRasters(rasters, np.array([3, 8], np.uint8))

    whole, small = labelled_mnist(images), shrunk_mnist(images, 14)

    assert [drawing.label for drawing in whole] == [drawing.label for drawing in small] == ["3", "8"]
    assert whole[0].value() == rasters[0].tobytes()
    shrunk = np.asarray(Image.open(io.BytesIO(small[0].value())))
    assert np.array_equal(shrunk, rasters[0, ::2, ::2])


def test_pictures_of_any_size_become_files() -> None:
    pictures = [np.full((9, 5), 40, np.uint8), np.full((300, 200), 250, np.uint8)]

    drawings = labelled_pictures(pictures, [1, 2])

    assert [Image.open(io.BytesIO(drawing.value())).size for drawing in drawings] == [(5, 9), (200, 300)]
    assert len({drawing.file for drawing in drawings}) == 2
