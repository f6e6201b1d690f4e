"""A picture of a drawing, small enough for thousands of them on a page."""

import io

from PIL import Image, ImageOps

from dashboard.look.data_url import data_url
from pipeline.recognition.image_limits import excess_of_bytes, excess_of_pixels
from pipeline.recognition.images import FORMATS

SIDE = 80
"""Pixels: a row of the table shows half as many, and fine screens have two to a CSS pixel."""
QUALITY = 60


def thumbnail(value: bytes) -> str:
    """The drawing's thumbnail, about a kilobyte of WebP, as a URL that holds it; "" if it is no image or too large."""
    if excess_of_bytes(value):
        return ""
    try:
        with Image.open(io.BytesIO(value), formats=FORMATS) as image:
            return "" if excess_of_pixels(*image.size) else _encoded(image)
    except Exception:  # noqa: BLE001 (Pillow raises whatever its decoders trip over; the stream says why)
        return ""


def _encoded(image: Image.Image) -> str:
    image.draft("RGB", (2 * SIDE, 2 * SIDE))  # a JPEG is decoded no larger than that
    upright = ImageOps.exif_transpose(image).convert("RGBA")
    upright.thumbnail((SIDE, SIDE))
    sheet = Image.new("RGBA", upright.size, "white")
    sheet.alpha_composite(upright)
    webp = io.BytesIO()
    sheet.convert("L").convert("RGB").save(webp, "WEBP", quality=QUALITY)
    return data_url(webp.getvalue(), "webp")
