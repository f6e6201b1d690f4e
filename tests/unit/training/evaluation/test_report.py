import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.evaluation.labelled import LabelledDrawing, labelled_pictures
from training.evaluation.page import write_page
from training.evaluation.poster import write_poster
from training.evaluation.report import MOST, Report, report_on
from training.evaluation.scores import Result, scores

FILE = '<b>"x"</b> & co.png'


@pytest.fixture(scope="module")
def drawings() -> list[LabelledDrawing]:
    pictures = [np.full((8, 6), 90, np.uint8), np.full((900, 1200), 30, np.uint8), np.zeros((40, 40), np.uint8)]
    right, wrong, scribble = labelled_pictures(pictures, [1, 2, 3])
    return [right, wrong._replace(file=FILE), scribble, LabelledDrawing("broken", "5", lambda: b"hello")]


@pytest.fixture(scope="module")
def report(drawings: list[LabelledDrawing]) -> Report:
    results = [
        Result(drawings[0].file, "1", "1", 0.99),
        Result(FILE, "47", "147", 0.8),
        Result(drawings[2].file, "", "8", 0.3),
        Result("broken", "5", "", 0.0, "not_an_image"),
    ]
    figures = scores(results, seconds=2.0) | {"model": "abc123", "shrunk": {14: 0.987, 7: 0.9}}
    return report_on(results, figures, drawings, "a folder")


def test_a_report_tells_the_figures_and_shows_the_mistakes_by_kind(report: Report) -> None:
    shown = {figure.name: figure.value.replace("\N{NO-BREAK SPACE}", " ") for figure in report.figures}
    assert (shown["Numbers right"], shown["Rejected"], shown["Falsely believed"]) == ("33.33 %", "1", "0.00 %")
    assert (shown["At 14×14"], shown["At 7×7"]) == ("98.70 %", "90.00 %")
    assert "abc123" in report.subtitle
    numbers, scribbles = report.galleries
    assert [(mistake.drawn, mistake.read) for mistake in numbers.mistakes] == [("47", "147"), ("5", "not an image")]
    assert [(mistake.drawn, mistake.read) for mistake in scribbles.mistakes] == [("no digit", "8")]
    large, broken = (mistake.picture for mistake in numbers.mistakes)
    assert large is not None
    assert large.shape == (120, 160)
    assert broken is None


def test_no_more_mistakes_are_opened_than_are_shown(drawings: list[LabelledDrawing]) -> None:
    opened: list[int] = []

    def open_and_count() -> bytes:
        opened.append(1)
        return drawings[0].value()

    many = [LabelledDrawing(str(index), "1", open_and_count) for index in range(MOST + 40)]
    results = [Result(drawing.file, "1", "2", 0.5) for drawing in many]

    report = report_on(results, scores(results, 1.0) | {"model": "x"}, many, "a folder")

    assert report.galleries[0].title.endswith(f"the worst {MOST} of {MOST + 40}")
    assert len(opened) == MOST


def test_a_page_needs_no_other_file_and_shows_names_as_they_are(report: Report, tmp_path: Path) -> None:
    write_page(tmp_path / "report.html", report)

    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    sources = re.findall(r'(?:src|srcset|href)="(.{22})', page)
    assert sources.count("data:image/svg+xml;bas") == 6
    assert set(sources) == {"data:image/svg+xml;bas", "data:image/png;base64,"}
    assert "&lt;b&gt;&#34;x&#34;&lt;/b&gt; &amp; co.png" in page
    assert '<b>"x"' not in page
    assert "prefers-color-scheme: dark" in page
    assert page.count("<figure") == 3 + 3


def test_a_poster_is_a_picture_with_a_row_of_mistakes_for_each_kind(report: Report, tmp_path: Path) -> None:
    write_poster(tmp_path / "with.png", report)
    write_poster(tmp_path / "without.png", report._replace(galleries=[]))

    taller, shorter = (Image.open(io.BytesIO((tmp_path / name).read_bytes())) for name in ("with.png", "without.png"))
    assert taller.width == shorter.width > 1000
    assert taller.height > shorter.height + 300
    assert np.asarray(shorter.convert("L")).std() > 10
