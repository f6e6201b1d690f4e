"""What the model saw of a drawing, as a picture for a table's cell."""

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image

from dashboard.look.data_url import data_url

SIDE = 28
GAP = 2
GROUND = 48
"""The grey between two digits, so that one sees where each ends."""
SHOWN_DIGITS = 12


def picture(ink: Sequence[bytes]) -> bytes:
    """A PNG of the rasters, 784 bytes each, side by side; white on black as the model sees them, at most twelve."""
    rasters = [np.frombuffer(raster, np.uint8).reshape(SIDE, SIDE) for raster in ink[:SHOWN_DIGITS]]
    if not rasters:
        rasters = [np.zeros((SIDE, SIDE), np.uint8)]
    gap = np.full((SIDE, GAP), GROUND, np.uint8)
    row = [part for raster in rasters for part in (gap, raster)][1:]
    png = io.BytesIO()
    Image.fromarray(np.hstack(row)).save(png, "PNG", compress_level=1)
    return png.getvalue()


def picture_url(ink: Sequence[bytes]) -> str:
    """The same picture as a URL that holds it."""
    return data_url(picture(ink))
