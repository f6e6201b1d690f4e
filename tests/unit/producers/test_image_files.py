import os
from pathlib import Path

import pytest

from pipeline.recognition.image_limits import MAX_BYTES
from producers.image_files import ImageFileError, find_images, read_image


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Images at two depths, beside files that are none."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "empty").mkdir()
    for name in ("b.png", "a.JPG", "notes.txt", "sub/c.webp", "sub/d.tiff", "odd [1].png"):
        (tmp_path / name).write_bytes(name.encode())
    return tmp_path


def found(folder: Path, *arguments: str) -> tuple[list[str], list[str]]:
    """What is found, and the complaints, both without the folder's own name."""
    complaints: list[str] = []
    names = find_images([str(folder / argument) for argument in arguments], complaints.append)
    return [os.path.relpath(name, folder) for name in names], [c.replace(f"{folder}/", "") for c in complaints]


def test_files_keep_the_order_in_which_they_are_named(folder: Path) -> None:
    assert found(folder, "notes.txt", "b.png", "a.JPG", "b.png") == (["notes.txt", "b.png", "a.JPG", "b.png"], [])


def test_a_folder_gives_its_images_sorted_and_with_those_of_its_subfolders(folder: Path) -> None:
    assert found(folder, ".") == (["a.JPG", "b.png", "odd [1].png", "sub/c.webp", "sub/d.tiff"], [])


@pytest.mark.parametrize(
    ("wildcard", "expected"),
    [
        ("*.png", ["b.png", "odd [1].png"]),
        ("[ab].*", ["a.JPG", "b.png"]),
        ("s?b", ["sub/c.webp", "sub/d.tiff"]),
        ("s*/**", ["sub/c.webp", "sub/d.tiff"]),
    ],
)
def test_a_wildcard_gives_what_it_matches_once(folder: Path, wildcard: str, expected: list[str]) -> None:
    assert found(folder, wildcard) == (expected, [])


def test_a_file_whose_name_looks_like_a_wildcard_is_taken_literally(folder: Path) -> None:
    assert found(folder, "odd [1].png") == (["odd [1].png"], [])


def test_what_names_nothing_is_told_and_does_not_hold_up_the_others(folder: Path) -> None:
    names, complaints = found(folder, "gone.png", "x*.png", "empty", "b.png")
    assert names == ["b.png"]
    assert complaints == ["gone.png: no such file", "x*.png: no file matches", "empty: no image in this folder"]


def test_standard_input_is_no_file_name() -> None:
    assert find_images(["-"], pytest.fail) == ["-"]


def test_an_image_is_read_as_it_is(folder: Path) -> None:
    assert read_image(str(folder / "b.png")) == b"b.png"


def test_a_file_that_cannot_be_read_is_told_by_name(folder: Path) -> None:
    link = folder / "dangling.png"
    link.symlink_to(folder / "gone")
    with pytest.raises(ImageFileError, match=r"dangling\.png: No such file"):
        read_image(str(link))


@pytest.mark.parametrize(("excess", "fits"), [(0, True), (1, False)])
def test_the_largest_drawing_is_read_and_no_larger_one(tmp_path: Path, excess: int, fits: bool) -> None:
    file = tmp_path / "large.png"
    with file.open("wb") as sparse:
        sparse.truncate(MAX_BYTES + excess)
    if fits:
        assert len(read_image(str(file))) == MAX_BYTES
    else:
        with pytest.raises(ImageFileError, match=r"large\.png: larger than 32 MiB"):
            read_image(str(file))
