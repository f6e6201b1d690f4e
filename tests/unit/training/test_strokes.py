import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from training.strokes import Canvas, distorted, read_pen_digits, render

CROSS = [np.array([[0.0, 50.0], [100.0, 50.0]]), np.array([[50.0, 0.0], [50.0, 100.0]])]


def test_pen_digits_are_read(tmp_path: Path) -> None:
    path = tmp_path / "pen.jsonl.gz"
    lines = [{"label": "4", "strokes": [[[1, 2], [3, 4]], [[5, 6]]]}, {"label": "0", "strokes": [[[0, 0]]]}]
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, lines)).encode()))

    first, second = read_pen_digits(path)

    assert (first.label, second.label) == (4, 0)
    assert [stroke.tolist() for stroke in first.strokes] == [[[1, 2], [3, 4]], [[5, 6]]]


@pytest.mark.parametrize("canvas", [Canvas(), Canvas(60, 4, 40, smooth=1)])
def test_strokes_are_drawn_in_the_middle_with_the_pen_s_width(canvas: Canvas) -> None:
    ink = render(CROSS, canvas) < 128

    middle = canvas.side // 2
    assert ink.shape == (canvas.side, canvas.side)
    assert ink[middle].sum() == pytest.approx(canvas.digit + canvas.pen, abs=2)
    assert ink[:, middle].sum() == pytest.approx(canvas.digit + canvas.pen, abs=2)
    assert ink[middle - round(canvas.digit / 4)].sum() == pytest.approx(canvas.pen, abs=1)


def test_a_single_point_is_a_dot() -> None:
    ink = render([np.array([[7.0, 7.0]])], Canvas()) < 128

    assert ink.sum() == pytest.approx(np.pi * 6**2, rel=0.15)
    assert ink[140, 140]


def test_edges_are_smooth_or_jagged_as_asked() -> None:
    diagonal = [np.array([[0.0, 0.0], [90.0, 100.0]])]

    assert set(np.unique(render(diagonal, Canvas(smooth=1)))) == {0, 255}
    assert len(np.unique(render(diagonal, Canvas(smooth=3)))) > 5


def test_distortion_keeps_the_strokes_and_depends_on_the_seed_alone() -> None:
    first, again, other = (distorted(CROSS, np.random.default_rng(seed)) for seed in (1, 1, 2))

    assert [stroke.shape for stroke in first] == [(2, 2), (2, 2)]
    assert np.array_equal(first[0], again[0])
    assert not np.allclose(first[0], other[0])
    assert np.abs(first[0] - CROSS[0]).max() < 80
