"""A decoded image to luminance: 8 bits a pixel, whatever its colours, its depth and its transparency."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

OPAQUE = 255
OWN_CONTRAST = 64
"""Visible pixels whose luminance varies by more may be a whole picture; by less, they are ink alone."""
SHEET = 0.75
"""A picture, unlike a few lines, fills at least this share of the rectangle around what is visible of it."""

Grey = NDArray[np.uint8]


def luminance_of(image: Image.Image) -> Grey:
    """Luminance (height, width) of a loaded image of any of Pillow's modes; its transparent parts get a ground."""
    if image.mode.startswith("I;16"):
        return _scaled_from_16_bits(np.asarray(image))
    if image.mode in ("I", "F"):
        return _scaled_from_any_range(np.asarray(image, np.float64))
    if image.mode == "LAB":
        return np.asarray(image.getchannel("L"))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        if np.asarray(image.getchannel("A")).min() < OPAQUE:
            return np.asarray(_on_ground(image.convert("LA")))
    return np.asarray(image.convert("L"))


def _scaled_from_16_bits(levels: NDArray[np.uint16]) -> Grey:
    """The upper eight of the bits that are in use: some cameras fill but twelve."""
    return (levels >> max(int(levels.max()).bit_length() - 8, 0)).astype(np.uint8)


def _scaled_from_any_range(levels: NDArray[np.float64]) -> Grey:
    finite = levels[np.isfinite(levels)]
    low, high = (finite.min(), finite.max()) if finite.size else (0.0, 0.0)
    share = (levels.clip(low, high) - low) / max(high - low, np.finfo(np.float32).tiny)
    return np.nan_to_num(255 * share).astype(np.uint8)


def _on_ground(image: Image.Image) -> Image.Image:
    """The visible part of an LA image, where it is but ink, on a ground that it differs from."""
    luminance, alpha = image.split()
    least = max(int(np.max(np.asarray(alpha))) // 2, 1)
    visible = alpha.point([0] * least + [255] * (256 - least))
    dark, middle, light = _spread(luminance.histogram(visible))
    is_picture = light - dark > OWN_CONTRAST and _fills_its_box(visible)
    opposite = 255 if middle < 128 else 0
    opaque = Image.new("L", image.size, middle if is_picture else opposite)
    opaque.paste(luminance, mask=alpha)
    return opaque


def _spread(counts: list[int]) -> tuple[int, int, int]:
    """The levels below which a twentieth, half and all but a twentieth of the pixels are."""
    total = np.cumsum(counts)
    low, middle, high = np.searchsorted(total, total[-1] * np.array([0.05, 0.5, 0.95]))
    return int(low), int(middle), int(high)


def _fills_its_box(mask: Image.Image) -> bool:
    """Whether what is visible is a sheet, with corners cut perhaps, rather than lines."""
    box = mask.getbbox()
    return box is not None and float(np.asarray(mask.crop(box)).mean()) > SHEET * 255
