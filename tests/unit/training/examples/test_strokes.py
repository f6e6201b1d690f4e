import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from pipeline.mnist import DatasetError
from training.examples.strokes import Canvas, Pen, distorted, ink, read_pen_digits, render

CROSS = [np.array([[0.0, 50.0], [100.0, 50.0]]), np.array([[50.0, 0.0], [50.0, 100.0]])]


def test_pen_digits_are_read(tmp_path: Path) -> None:
    path = tmp_path / "pen.jsonl.gz"
    lines = [{"label": "4", "strokes": [[[1, 2], [3, 4]], [[5, 6]]]}, {"label": "0", "strokes": [[[0, 0]]]}]
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, lines)).encode()))

    first, second = read_pen_digits(path)

    assert (first.label, second.label) == (4, 0)
    assert [stroke.tolist() for stroke in first.strokes] == [[[1, 2], [3, 4]], [[5, 6]]]


WHOLE = gzip.compress(b'{"label": 1, "strokes": [[[0, 0], [9, 80]]]}\n' * 20)


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"no gzip", WHOLE[:-9], WHOLE[:5], WHOLE[:10] + bytes([255]) * 20),
        *map(gzip.compress, (b"no JSON", b"\xff", b'{"strokes": []}', b"[]", b'{"label": 1, "strokes": 5}')),
    ],
    ids=["empty", "text", "cut", "cut early", "torn", "no JSON", "no UTF-8", "no label", "a list", "no strokes"],
)
def test_damaged_pen_digits_are_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "pen.jsonl.gz"
    path.write_bytes(content)

    with pytest.raises(DatasetError, match=r"pen\.jsonl\.gz is no whole file of pen strokes: fetch it again"):
        read_pen_digits(path)


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


@pytest.mark.parametrize("smooth", [1, 2, 4])
def test_ink_lies_where_the_strokes_are(smooth: int) -> None:
    layer = ink([np.array([[10.0, 20.0], [50.0, 20.0]])], (40, 100), Pen(6), smooth)

    assert (layer.shape, layer.dtype) == ((40, 100), np.uint8)
    rows, columns = np.nonzero(layer >= 128)
    assert [rows.min(), rows.max() + 1] == pytest.approx([17, 23], abs=1)
    assert [columns.min(), columns.max() + 1] == pytest.approx([7, 53], abs=1)
    assert layer[0].max() == 0


def test_a_bent_line_has_round_joints_and_no_gaps() -> None:
    angles = np.linspace(0, 2 * np.pi, 60)
    ring = [np.stack([np.cos(angles), np.sin(angles)], axis=1) * 30 + 50]

    layer = ink(ring, (100, 100), Pen(16))

    y, x = np.indices(layer.shape) + 0.5
    distance = np.abs(np.hypot(x - 50, y - 50) - 30)
    assert layer[distance < 6.5].min() == 255
    assert layer[distance > 9.5].max() == 0


def test_a_nib_draws_thinner_lines_along_its_angle() -> None:
    along, across = (
        np.array([[20.0, 50.0], [50.0, 50.0], [80.0, 50.0]]),
        np.array([[50.0, 20.0], [50.0, 50.0], [50.0, 80.0]]),
    )
    nib = Pen(10, swell=0.6, nib=0.0)

    assert (ink([along], (100, 100), nib)[:, 30] >= 128).sum() == pytest.approx(4, abs=1)
    assert (ink([across], (100, 100), nib)[30] >= 128).sum() == pytest.approx(10, abs=1)


def test_distortion_keeps_the_strokes_and_depends_on_the_seed_alone() -> None:
    first, again, other = (distorted(CROSS, np.random.default_rng(seed)) for seed in (1, 1, 2))

    assert [stroke.shape for stroke in first] == [(2, 2), (2, 2)]
    assert np.array_equal(first[0], again[0])
    assert not np.allclose(first[0], other[0])
    assert np.abs(first[0] - CROSS[0]).max() < 80
