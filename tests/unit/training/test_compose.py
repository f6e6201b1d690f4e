from pathlib import Path

import numpy as np
import pytest

from pipeline.recognition.images import decode
from pipeline.recognition.lattice import lattice_of
from training.compose import main
from training.evaluation.labelled import labelled_folder


def written(mnist_folder: Path, out: Path, *more: str) -> list[tuple[str, bytes]]:
    main(["--data", str(mnist_folder), "--out", str(out), "--numbers", "12", *more])
    return [(drawing.label, drawing.value()) for drawing in labelled_folder(out)]


def pieces(image: bytes) -> int:
    return len(lattice_of(decode(image)).cuts)


def test_the_folder_holds_numbers_of_two_digits_or_more_and_what_they_say(mnist_folder: Path, tmp_path: Path) -> None:
    numbers = written(mnist_folder, tmp_path, "--longest", "4")

    assert len(numbers) == 12
    assert {len(label) for label, _ in numbers} <= {2, 3, 4}
    assert np.mean([pieces(image) >= len(label) for label, image in numbers]) > 0.8


def test_touching_digits_hang_together(mnist_folder: Path, tmp_path: Path) -> None:
    apart, touching = (
        written(mnist_folder, tmp_path / share, "--longest", "5", "--touching", share) for share in ("0", "1")
    )

    assert [label for label, _ in apart] == [label for label, _ in touching]
    assert sum(pieces(image) for _, image in touching) < 0.7 * sum(pieces(image) for _, image in apart)


def test_the_same_seed_writes_the_same_and_another_one_other_numbers(mnist_folder: Path, tmp_path: Path) -> None:
    first, again, other = (
        written(mnist_folder, tmp_path / name, "--seed", seed) for name, seed in (("a", "3"), ("b", "3"), ("c", "4"))
    )

    assert first == again
    assert first != other


@pytest.mark.parametrize("wrong", [("--touching", "2"), ("--numbers", "0"), ("--longest", "1"), ("--seed", "-1")])
def test_what_makes_no_sense_is_refused(wrong: tuple[str, str], mnist_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["--data", str(mnist_folder), "--out", str(tmp_path), *wrong])
    assert refused.value.code == 2


def test_without_data_a_sentence_says_what_is_wanted(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"training\.compose: .* is missing"):
        main(["--data", str(tmp_path), "--out", str(tmp_path / "out")])
