from pathlib import Path

import numpy as np
from PIL import Image

from training.learning.curves import confusion, curves, draw_pictures

HISTORY = [
    {"loss": 2.0, "accuracy": 0.5, "validation_loss": 1.5, "validation_accuracy": 0.6, "learning_rate": 0.003},
    {"loss": 1.0, "accuracy": 0.8, "validation_loss": 0.9, "validation_accuracy": 0.9, "learning_rate": 0.001},
]
LABELS, READ = np.arange(10).repeat(5), np.arange(10).repeat(5)


def test_pictures_lie_beside_the_model(tmp_path: Path) -> None:
    paths = draw_pictures(tmp_path / "digits.keras", HISTORY, LABELS, READ)

    assert [path.name for path in paths] == ["digits-curves.png", "digits-confusion.png"]
    for path in paths:
        with Image.open(path) as picture:
            assert picture.format == "PNG"
            assert min(picture.size) >= 400


def test_the_curves_show_training_and_validation() -> None:
    loss, error, rate = curves(HISTORY).axes

    assert [line.get_ydata().tolist() for line in loss.lines] == [[2.0, 1.0], [1.5, 0.9]]
    assert np.allclose([line.get_ydata() for line in error.lines], [[0.5, 0.2], [0.4, 0.1]])
    assert rate.lines[0].get_ydata().tolist() == [0.003, 0.001]
    assert loss.lines[0].get_xdata().tolist() == [1, 2]


def test_a_run_without_validation_has_its_own_curve_alone() -> None:
    loss, *_ = curves([{"loss": 1.0, "accuracy": 0.5, "learning_rate": 0.1}]).axes

    assert [len(line.get_ydata()) for line in loss.lines] == [1, 0]


def test_the_confusion_counts_label_by_reading() -> None:
    read = READ.copy()
    read[0] = 7

    (axes,) = confusion(LABELS, read).axes

    counts = axes.images[0].get_array()
    assert counts.shape == (10, 10)
    assert (counts[0, 7], counts[0, 0], counts[7, 0]) == (1, 4, 0)


def test_what_is_no_digit_has_a_row_where_there_is_any() -> None:
    (axes,) = confusion([*LABELS, 10], [*READ, 4]).axes

    assert axes.images[0].get_array()[10, 4] == 1
    assert axes.get_yticklabels()[-1].get_text() == "none"
