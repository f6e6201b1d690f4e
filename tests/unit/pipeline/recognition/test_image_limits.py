import io

from PIL import Image

from pipeline.recognition.image_limits import excess_of_bytes, excess_of_pixels


def file_of(kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    Image.linear_gradient("L").save(file, kind, **options)
    return file.getvalue()


def gif_with_comment(blocks: int) -> bytes:
    gif = file_of("GIF")
    frame = 13 + 3 * 256
    return gif[:frame] + b"!\xfe" + b"\x01a" * blocks + b"\0" + gif[frame:]


def test_ordinary_files_may_be_opened() -> None:
    values = [file_of("PNG"), file_of("JPEG", progressive=True), file_of("GIF"), gif_with_comment(1_000), b"", b"GIF8"]

    assert [excess_of_bytes(value) for value in values] == [None] * len(values)


def test_a_file_of_more_than_32_mib_is_too_large() -> None:
    assert excess_of_bytes(bytes(32 * 2**20)) is None
    assert "33,554,433 bytes" in str(excess_of_bytes(bytes(32 * 2**20 + 1)))


def test_a_jpeg_whose_scans_repeat_is_too_large() -> None:
    jpeg = file_of("JPEG", progressive=True)
    last_scan = jpeg.rindex(b"\xff\xda")

    assert "scans" in str(excess_of_bytes(jpeg[:last_scan] + jpeg[last_scan:-2] * 101 + jpeg[-2:]))


def test_a_gif_with_an_endless_comment_is_too_large() -> None:
    assert "comments" in str(excess_of_bytes(gif_with_comment(6_000)))


def test_five_thousand_pixels_a_side_are_the_most() -> None:
    assert excess_of_pixels(5_000, 5_000) is None
    assert "25,000,001 by 1" in str(excess_of_pixels(25_000_001, 1))
