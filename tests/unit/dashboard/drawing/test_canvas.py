import io
from collections.abc import Callable

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest


@pytest.fixture
def is_inked() -> Callable[[bytes], bool]:
    AppTest.from_string("import dashboard.drawing.canvas").run()  # the component can be imported within an app alone
    from dashboard.drawing.canvas import is_inked

    return is_inked


def paper(*colours: str) -> bytes:
    image = Image.new("RGBA", (40, 20), "white")
    for at, colour in enumerate(colours):
        image.paste(colour, (at * 5, 2, at * 5 + 4, 6))
    png = io.BytesIO()
    image.save(png, "PNG")
    return png.getvalue()


def test_what_the_eraser_left_counts(is_inked: Callable[[bytes], bool]) -> None:
    assert is_inked(paper("#16152b"))
    assert is_inked(paper("white", "#16152b"))


def test_a_rubbed_out_drawing_is_blank(is_inked: Callable[[bytes], bool]) -> None:
    assert not is_inked(paper())
    assert not is_inked(paper("white", "#f0f0f4"))  # a soft edge that the eraser has not met
