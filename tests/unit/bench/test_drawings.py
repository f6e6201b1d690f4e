import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bench.drawings import DATA, SIDE, canvases, png, rasters
from pipeline.recognition.images import decode
from pipeline.recognition.lattice import lattice_of


def test_a_canvas_has_the_dashboards_ink_and_paper_and_is_opaque() -> None:
    luminance = np.array([[0, 255], [255, 0]], np.uint8)

    image = Image.open(io.BytesIO(png(luminance)))

    assert (image.format, image.mode) == ("PNG", "RGBA")
    assert image.getpixel((0, 0)) == (0x16, 0x15, 0x2B, 255)
    assert image.getpixel((1, 0)) == (255, 255, 255, 255)


@pytest.mark.parametrize("with_strokes", [True, False])
@pytest.mark.parametrize("side", [70, SIDE])
def test_canvases_show_one_digit_each(side: int, with_strokes: bool, tmp_path: Path) -> None:
    if with_strokes and not (DATA / "pendigits").is_dir():
        pytest.skip("there are no recorded strokes")

    for drawing in canvases(side, 3, DATA if with_strokes else tmp_path):
        luminance = decode(drawing.value)
        assert luminance.shape == (side, side)
        assert lattice_of(luminance).boxes[0][3] == pytest.approx(side * 0.72, rel=0.15)
        assert drawing.number in set("0123456789")


def test_rasters_are_normalised_with_and_without_mnist(tmp_path: Path) -> None:
    for folder in (DATA, tmp_path) if (DATA / "mnist").is_dir() else (tmp_path,):
        drawings = rasters(folder)
        assert len(drawings) > 1_000
        assert {len(drawing.value) for drawing in drawings} == {28 * 28}
        assert drawings[0].number == {DATA: "7", tmp_path: "0"}[folder]
        assert decode(drawings[0].value)[0].max() == 0, "a digit has a margin, white on black"
