import io

from PIL import Image, ImageDraw

from dashboard.history import THUMBNAIL_WIDTH, thumbnail


def test_a_thumbnail_is_small_and_still_shows_the_ink() -> None:
    drawing = Image.new("RGB", (640, 320), "white")
    ImageDraw.Draw(drawing).line([(300, 50), (300, 270)], "black", width=18)
    png = io.BytesIO()
    drawing.save(png, "PNG")
    small = Image.open(io.BytesIO(thumbnail(png.getvalue())))
    assert small.size == (THUMBNAIL_WIDTH, THUMBNAIL_WIDTH // 2)
    assert small.getpixel((round(THUMBNAIL_WIDTH * 300 / 640), small.height // 2)) == 0
    assert small.getpixel((2, 2)) == 255
