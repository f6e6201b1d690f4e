"""A record's bytes to a greyscale raster, or the reason why they are no drawing."""

import io
import re
import warnings

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from pipeline.recognition.image_limits import excess_of_bytes, excess_of_pixels
from pipeline.recognition.luminance import luminance_of

FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF")
SIGNATURE = re.compile(
    rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff|BM.{4}\0{4}|GIF8[79]a|RIFF.{4}WEBP|II[*+]\0|MM\0[*+]", re.DOTALL
)
"""How the files of those formats begin."""
RAW_SHAPE = (28, 28)
RAW_BYTES = 784
"""784 bytes are a raw raster, as in MNIST."""

warnings.filterwarnings("ignore", module=r"PIL\.")  # or each damaged file would fill the worker's log


class UnreadableDrawing(ValueError):  # noqa: N818 (it is a finding about the drawing)
    """Nothing can be read in this record: a stable ``code`` for programs, and the ``reason``, a sentence for people."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


def decode(value: bytes | None) -> NDArray[np.uint8]:
    """Luminance (height, width) of an image file, upright, or of exactly 784 bytes, a raw 28×28 raster.

    Transparent parts get a ground on which the ink shows. Of an animation, it is the first frame.

    Raises:
        UnreadableDrawing: ``empty``, ``not_an_image``, ``truncated`` (or corrupt) or ``too_large``; nothing else.
    """
    if not value:
        raise UnreadableDrawing("empty", "The record has no value: send an image file, or 784 raw bytes.")
    if len(value) == RAW_BYTES and not _is_image_file(value):
        return np.frombuffer(value, np.uint8).reshape(RAW_SHAPE)
    image = _opened(value)
    try:
        image.load()
        return luminance_of(_upright(image))
    except Exception as problem:  # Pillow raises whatever its decoders trip over, MemoryError and SyntaxError included
        raise _corrupt(str(image.format)) from problem


def _is_image_file(value: bytes) -> bool:
    if not SIGNATURE.match(value):
        return False
    try:
        _opened(value)
    except UnreadableDrawing as problem:
        return problem.code == "too_large"
    return True


def _opened(value: bytes) -> Image.Image:
    """The image with its header read, and none of its pixels."""
    _refuse(excess_of_bytes(value))
    try:
        image = Image.open(io.BytesIO(value), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as problem:
        raise UnreadableDrawing("too_large", f"The image has too many pixels. {problem}") from problem
    except Exception as problem:  # as above
        if SIGNATURE.match(value):
            raise _corrupt("image") from problem
        kinds = "PNG, JPEG, BMP, GIF, WebP and TIFF files, and 784 raw bytes"
        raise UnreadableDrawing("not_an_image", f"The value is no image: {kinds} are read.") from problem
    _refuse(excess_of_pixels(*image.size))
    return image


def _refuse(excess: str | None) -> None:
    if excess:
        raise UnreadableDrawing("too_large", excess)


def _corrupt(kind: str) -> UnreadableDrawing:
    return UnreadableDrawing("truncated", f"The {kind} data is corrupt or cut off: send the whole file again.")


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # noqa: BLE001 (a camera's broken notes are no reason to refuse its picture)
        return image
