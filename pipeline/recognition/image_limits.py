"""Image files that would cost far more time or memory than their bytes let expect, known before they are decoded."""

MAX_BYTES = 32 * 1024 * 1024
MAX_PIXELS = 5000 * 5000
MAX_JPEG_SCANS = 100
"""A progressive JPEG has about 10. Each goes over all pixels, though it may take but a few bytes of the file."""
MAX_GIF_BLOCKS = 5000
"""Blocks of comments and extensions before the first frame; Pillow's time for a comment grows with their square."""

JPEG, SCAN = b"\xff\xd8\xff", b"\xff\xda"
GIF, EXTENSION, FRAME = b"GIF8", 0x21, 0x2C


def excess_of_bytes(value: bytes) -> str | None:
    """Why a file, of whatever kind, is too large to be opened; None if it is not."""
    if len(value) > MAX_BYTES:
        return f"The value has {len(value):,} bytes; {MAX_BYTES:,} are the most."
    if value.startswith(JPEG) and value.count(SCAN) > MAX_JPEG_SCANS:
        return f"The JPEG has more than {MAX_JPEG_SCANS} scans."
    if value.startswith(GIF) and _has_endless_extensions(value):
        return f"The GIF has more than {MAX_GIF_BLOCKS:,} blocks of comments before its first frame."
    return None


def excess_of_pixels(width: int, height: int) -> str | None:
    """Why an image of this size is too large to be decoded; None if it is not."""
    if width * height > MAX_PIXELS:
        return f"The image has {width:,} by {height:,} pixels; {MAX_PIXELS:,} in all are the most."
    return None


def _has_endless_extensions(gif: bytes) -> bool:
    """Counts sized blocks in the order of the GIF89a specification: header, palette, chains of blocks, first frame."""
    flags = gif[10] if len(gif) > 10 else 0
    place = 13 + (3 << flags % 8 + 1 if flags & 0x80 else 0)
    blocks, in_extension = 0, False
    while place < len(gif) and blocks <= MAX_GIF_BLOCKS:
        byte = gif[place]
        if in_extension:
            blocks, place, in_extension = blocks + 1, place + 1 + byte, byte > 0
        elif byte == FRAME:
            break
        else:
            in_extension = byte == EXTENSION
            place += 1 + in_extension
    return blocks > MAX_GIF_BLOCKS
