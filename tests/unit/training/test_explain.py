from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from producers.samples import sample_drawings
from training import explain


def test_a_drawing_is_explained_by_a_picture_and_its_number(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drawing, picture = tmp_path / "drawing.png", tmp_path / "why.png"
    sample = next(sample for sample in sample_drawings(20) if sample.number == "2")
    drawing.write_bytes(sample.value)

    explain.main([str(drawing), "--out", str(picture)])

    assert capsys.readouterr().out == "2\n"
    assert np.ptp(np.asarray(Image.open(picture).convert("L"))) > 100


def test_a_blank_page_is_one_sentence(tmp_path: Path) -> None:
    Image.new("L", (50, 50), 255).save(tmp_path / "blank.png")

    with pytest.raises(SystemExit, match=r"^training\.explain: There is no ink"):
        explain.main([str(tmp_path / "blank.png"), "--out", str(tmp_path / "why.png")])
