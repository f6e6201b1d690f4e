import base64
import io

import pytest
from PIL import Image

from dashboard.upload.thumbnail import SIDE, thumbnail
from tests.unit.dashboard.upload.conftest import png


def opened(url: str) -> Image.Image:
    kind, _, content = url.partition(",")
    assert kind == "data:image/webp;base64"
    return Image.open(io.BytesIO(base64.b64decode(content)))


@pytest.mark.parametrize(("width", "height"), [(4000, 1000), (10, 12)])
def test_it_is_small_and_keeps_its_proportions(width, height):
    picture = opened(thumbnail(png(width, height)))
    assert max(picture.size) == min(SIDE, max(width, height))
    assert picture.width / picture.height == pytest.approx(width / height, rel=0.1)


def test_what_is_transparent_lies_on_white():
    assert opened(thumbnail(png(mode="RGBA"))).convert("L").getpixel((5, 5)) > 250


@pytest.mark.parametrize("value", [b"", b"no image", png()[:40], png(5001, 5001, mode="1")])
def test_what_cannot_be_shown_has_none(value):
    assert thumbnail(value) == ""
