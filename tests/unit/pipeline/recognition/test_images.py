import io
import struct
import zlib
from contextlib import suppress
from random import Random
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipeline.recognition.images import UnreadableDrawing, decode

pytestmark = pytest.mark.filterwarnings("ignore")  # as in the stream, where Pillow's warnings are off

INK, GROUND = (20, 30, 120), (250, 250, 240)


def seven(mode: str = "RGB", ink: Any = INK, ground: Any = GROUND, size: int = 64) -> Image.Image:
    image = Image.new(mode, (size, size), ground)
    points = [(0.3, 0.2), (0.7, 0.2), (0.45, 0.85)]
    ImageDraw.Draw(image).line([(x * size, y * size) for x, y in points], fill=ink, width=size // 9)
    return image


def file_of(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of_claimed_size(width: int, height: int, extra: bytes = b"") -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + extra + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


SIXTEEN_BITS = Image.fromarray(np.asarray(seven("L", 0, 255)).astype(np.uint16) * 257)
FILES = {
    "PNG": file_of(seven(), "PNG"),
    "PNG, 1 bit": file_of(seven("1", 0, 1), "PNG"),
    "PNG, palette": file_of(seven().quantize(4), "PNG"),
    "PNG, 16 bits": file_of(SIXTEEN_BITS, "PNG"),
    "PNG, animated": file_of(seven(), "PNG", save_all=True, append_images=[seven("RGB", GROUND, INK)]),
    "JPEG": file_of(seven(), "JPEG"),
    "JPEG, grey": file_of(seven("L", 30, 250), "JPEG"),
    "JPEG, progressive": file_of(seven(), "JPEG", progressive=True),
    "JPEG, CMYK": file_of(seven().convert("CMYK"), "JPEG"),
    "BMP": file_of(seven(), "BMP"),
    "BMP, 1 bit": file_of(seven("1", 0, 1), "BMP"),
    "GIF": file_of(seven(), "GIF"),
    "GIF, animated": file_of(seven(), "GIF", save_all=True, append_images=[seven("RGB", GROUND, INK)] * 3),
    "WebP": file_of(seven(), "WEBP"),
    "WebP, animated": file_of(seven(), "WEBP", save_all=True, append_images=[seven("RGB", GROUND, INK)]),
    "TIFF": file_of(seven(), "TIFF"),
    "TIFF, Deflate": file_of(seven(), "TIFF", compression="tiff_deflate"),
    "TIFF, group 4": file_of(seven("1", 0, 1), "TIFF", compression="group4"),
    "TIFF, JPEG": file_of(seven(), "TIFF", compression="jpeg"),
    "TIFF, 16 bits": file_of(SIXTEEN_BITS, "TIFF"),
    "TIFF, 32 bits": file_of(seven("I", 0, 100_000), "TIFF"),
    "TIFF, float": file_of(seven("F", 0.25, 0.75), "TIFF"),
    "TIFF, Lab": file_of(seven("LAB", (30, 128, 128), (240, 128, 128)), "TIFF"),
}


@pytest.mark.parametrize("name", FILES)
def test_each_kind_of_file_shows_dark_ink_on_a_light_ground(name: str) -> None:
    grey = decode(FILES[name])

    assert (grey.shape, grey.dtype) == ((64, 64), np.uint8)
    ink = np.asarray(seven("L", 255, 0)) > 0
    assert grey[~ink].mean() > 220
    assert grey[ink].mean() < 60


@pytest.mark.parametrize("ink", [(0, 0, 0), (255, 255, 255), (90, 90, 90), (200, 30, 30)])
@pytest.mark.parametrize("hidden", [(0, 0, 0), (255, 255, 255)])
@pytest.mark.parametrize("form", ["RGBA", "LA", "palette", "GIF", "WebP"])
def test_ink_of_any_colour_shows_on_a_transparent_ground(
    ink: tuple[int, int, int], hidden: tuple[int, int, int], form: str
) -> None:
    drawing = seven("RGBA", (*ink, 255), (*hidden, 0))
    value = {
        "RGBA": lambda: file_of(drawing, "PNG"),
        "LA": lambda: file_of(drawing.convert("LA"), "PNG"),
        "palette": lambda: file_of(drawing.quantize(4), "PNG"),
        "GIF": lambda: file_of(drawing, "GIF"),
        "WebP": lambda: file_of(drawing, "WEBP", lossless=True),
    }[form]()

    grey = decode(value).astype(int)

    drawn = np.asarray(drawing)[..., 3] > 0
    assert abs(grey[drawn].mean() - grey[~drawn].mean()) > 100
    assert np.ptp(grey[~drawn]) == 0


def test_a_sheet_with_transparent_corners_keeps_its_own_ground() -> None:
    sheet = seven("RGBA", (0, 0, 0, 255), (240, 240, 240, 255))
    sheet.putpixel((0, 0), (0, 0, 0, 0))

    assert decode(file_of(sheet, "PNG"))[0, 0] == 240


def test_faint_strokes_of_16_bits_are_scaled_and_not_clipped() -> None:
    levels = np.array([[0, 255, 256, 30_000, 65_535]], np.uint16)

    assert decode(file_of(Image.fromarray(levels), "PNG")).tolist() == [[0, 0, 1, 117, 255]]


def test_a_picture_that_no_number_measures_is_read_where_it_can() -> None:
    levels = np.array([[np.nan, 0, np.inf, 1e30, -1e30]], np.float32)

    grey = decode(file_of(Image.fromarray(levels), "TIFF"))

    assert grey.tolist() == [[0, 127, 255, 255, 0]]


def test_a_picture_taken_sideways_is_turned_upright() -> None:
    orientation = Image.Exif()
    orientation[0x0112] = 6  # to be turned a quarter clockwise
    upright = seven().crop((0, 0, 64, 60))

    grey = decode(file_of(upright.transpose(Image.Transpose.ROTATE_90), "JPEG", exif=orientation, quality=95))

    assert grey.shape == (60, 64)
    assert np.abs(grey.astype(int) - np.asarray(upright.convert("L"))).mean() < 3


def test_a_broken_exif_note_does_no_harm() -> None:
    assert decode(file_of(seven(), "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff")).shape == (64, 64)


def test_784_bytes_are_a_raw_raster() -> None:
    raster = np.random.default_rng(1).integers(0, 256, (28, 28), np.uint8)

    assert np.array_equal(decode(raster.tobytes()), raster)


@pytest.mark.parametrize("start", [b"BM", b"GIF89a", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"MM\0*"])
def test_784_bytes_that_only_begin_as_an_image_file_does_are_a_raw_raster(start: bytes) -> None:
    value = start.ljust(784, b"\0")

    assert decode(value).tobytes() == value


def test_an_image_file_of_784_bytes_is_an_image_file() -> None:
    png = file_of(seven(), "PNG")
    value = png[:33] + chunk(b"teXt", b" " * (784 - len(png) - 12)) + png[33:]

    assert len(value) == 784
    assert decode(value).shape == (64, 64)


REJECTED = {
    "null": (None, "empty"),
    "no bytes": (b"", "empty"),
    "text": (b"Dear sir, please find my seven attached.", "not_an_image"),
    "783 bytes": (bytes(783), "not_an_image"),
    "text in the guise of a bitmap": (b"BMW is a brand of motor cars from Bavaria.", "not_an_image"),
    "EPS": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "not_an_image"),
    "PPM": (b"P5 2 2 255 \0\0\0\0", "not_an_image"),
    "a PNG's signature alone": (b"\x89PNG\r\n\x1a\n", "truncated"),
    "a bomb of 60,000 by 60,000": (png_of_claimed_size(60_000, 60_000), "too_large"),
    "a bomb that Pillow only warns of": (png_of_claimed_size(10_000, 10_000), "too_large"),
    "a bomb that Pillow lets pass": (png_of_claimed_size(6_000, 5_000), "too_large"),
    "a bomb of 784 bytes": (png_of_claimed_size(60_000, 60_000, chunk(b"teXt", bytes(784 - 74 - 12))), "too_large"),
    "a header that lies": (png_of_claimed_size(4_000, 4_000), "truncated"),
    "no width": (png_of_claimed_size(0, 10), "truncated"),
    "a text bomb": (png_of_claimed_size(9, 9, chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(10**8)))), "truncated"),
    "20 MB of noise": (Random(1).randbytes(20_000_000), "not_an_image"),
    "33 MiB": (FILES["BMP"] + bytes(33 * 2**20), "too_large"),
}


@pytest.mark.parametrize("name", REJECTED)
def test_bad_input_is_told_by_its_code_and_a_sentence(name: str) -> None:
    value, code = REJECTED[name]

    with pytest.raises(UnreadableDrawing) as caught:
        decode(value)

    assert caught.value.code == code
    assert caught.value.reason.endswith(".")


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_cut_in_the_middle_is_truncated(name: str) -> None:
    value = FILES[name]

    with pytest.raises(UnreadableDrawing) as caught:
        decode(value[: len(value) // 2])

    assert caught.value.code == "truncated"


def test_the_largest_image_is_read() -> None:
    image = Image.new("1", (5_000, 5_000), 1)

    assert decode(file_of(image, "PNG")).shape == (5_000, 5_000)


@pytest.mark.parametrize("name", FILES)
def test_damage_is_read_or_rejected_and_nothing_else(name: str) -> None:
    random = Random(name)
    for _ in range(60):
        value = bytearray(FILES[name])
        for _ in range(random.choice([1, 1, 2, 8])):
            value[random.randrange(len(value))] ^= 1 << random.randrange(8)
        assert_read_or_rejected(bytes(value))
        assert_read_or_rejected(FILES[name][: random.randrange(len(value))])


def assert_read_or_rejected(value: bytes) -> None:
    with suppress(UnreadableDrawing):
        grey = decode(value)
        assert grey.ndim == 2
        assert grey.size > 0
        assert grey.dtype == np.uint8
