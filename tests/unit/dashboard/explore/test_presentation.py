import base64
import io

import numpy as np
import pyarrow as pa
from PIL import Image

from dashboard.explore.ink import GAP, SIDE, picture, picture_url
from dashboard.explore.presentation import presentable


def opened(url: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(url.removeprefix("data:image/png;base64,"))))


def test_rasters_stand_side_by_side_as_they_are():
    rasters = [bytes([value]) * SIDE * SIDE for value in (10, 200)]
    pixels = np.asarray(Image.open(io.BytesIO(picture(rasters))))
    assert pixels.shape == (SIDE, 2 * SIDE + GAP)
    assert (pixels[:, :SIDE] == 10).all()
    assert (pixels[:, -SIDE:] == 200).all()


def test_no_ink_and_very_much_ink_are_pictures_too():
    assert opened(picture_url([])).size == (SIDE, SIDE)
    assert opened(picture_url([bytes(784)] * 1000)).width < 500


def test_an_answer_becomes_what_a_page_can_show():
    ink = bytes(784)
    answer = pa.table(
        {
            "ink": [[ink, ink], []],
            "raster": [ink, None],
            "other": [b"12", None],
            "digits": [[{"digit": 7}], None],
            "sum": pa.array([3, None], pa.decimal128(38, 0)),
            "number": ["42", None],
            "day": pa.array([0, None], pa.date32()),
            "time": pa.array([0, None], pa.time64("us")),
        }
    )
    pictures, shown = presentable(answer)
    assert pictures == ["ink", "raster"]
    first, second = shown.to_pylist()
    assert opened(first["ink"]).width == 2 * SIDE + GAP
    assert (first["other"], first["digits"], first["sum"]) == ("2 bytes", '[{"digit":7}]', 3.0)
    assert (first["number"], str(first["day"]), first["time"]) == ("42", "1970-01-01", "00:00:00")
    assert second["raster"] is second["other"] is second["sum"] is None
