"""Many drawings at once: each as by itself, and none harmed by another."""

import gc
import io
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from pipeline.recognition import drawings
from pipeline.recognition.drawings import Found, Unreadable, lattices_of
from pipeline.recognition.images import UnreadableDrawing
from pipeline.recognition.lattice import Lattice, digit_of, lattice_of
from training.examples.strokes import Canvas, render

STROKES = [np.array([[20.0, 10.0], [60.0, 15.0], [30.0, 90.0]])]


def drawn() -> NDArray[np.uint8]:
    return render(STROKES, Canvas())


def at_the_border() -> NDArray[np.uint8]:
    """As one in a hundred of MNIST's: normalised, with ink in the last column."""
    raster = digit_of(drawn())
    columns = np.flatnonzero(raster.any(axis=0))
    return np.roll(raster, 27 - columns[-1], axis=1)


def rasters() -> list[NDArray[np.uint8]]:
    """28×28: normalised, inverted, shifted, at the border, noisy, faint, blank."""
    one = digit_of(drawn())
    noise = np.random.default_rng(1).integers(0, 30, one.shape).astype(np.uint8)
    return [one, 255 - one, np.roll(one, 3, 0), at_the_border(), np.maximum(one, noise), one // 2, one * 0]


def png(grey: NDArray[np.uint8]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(grey).save(file, "PNG")
    return file.getvalue()


def content(found: Found) -> tuple[object, ...]:
    if isinstance(found, Unreadable):
        return found.code, found.reason
    arrays = found.rasters, found.spans, found.gaps, found.heights, found.cuts, found.overlaps, found.sizes
    return found.boxes, *((array.shape, array.tobytes()) for array in arrays)


def alone(grey: NDArray[np.uint8]) -> tuple[object, ...]:
    try:
        return content(lattice_of(grey))
    except UnreadableDrawing as problem:
        return problem.code, problem.reason


@pytest.mark.parametrize("order", [slice(None), slice(None, None, -1)])
@pytest.mark.parametrize("encode", [np.ndarray.tobytes, png])
def test_each_raster_is_found_as_it_is_alone(order: slice, encode: Callable[[NDArray[np.uint8]], bytes]) -> None:
    given = [*rasters(), *rasters()][order]

    found = lattices_of(encode(grey) for grey in given)

    assert [content(one) for one in found] == [alone(grey) for grey in given]
    assert sum(isinstance(one, Unreadable) for one in found) == 2


def test_what_is_drawn_and_what_is_broken_may_be_mixed() -> None:
    one = digit_of(drawn())

    found = lattices_of([png(drawn()), b"", one.tobytes(), None, b"junk", png(drawn())[:60], one.tobytes()])

    assert [one.code if isinstance(one, Unreadable) else len(one.rasters) for one in found] == [
        *(1, "empty", 1, "empty", "not_an_image", "truncated", 1)
    ]


def test_of_nothing_nothing_is_found() -> None:
    assert lattices_of([]) == []


@pytest.mark.parametrize("fragile", [drawn(), np.roll(digit_of(drawn()), 3, 0)])
def test_a_drawing_that_breaks_our_code_harms_no_other(
    fragile: NDArray[np.uint8], monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(_: NDArray[np.uint8]) -> Lattice:
        raise ZeroDivisionError

    monkeypatch.setattr(drawings, "lattice_of", breaks)
    broken, whole = lattices_of([png(fragile), digit_of(drawn()).tobytes()])

    assert isinstance(broken, Unreadable)
    assert broken.code == "internal_error"
    assert "ZeroDivisionError" in broken.reason
    assert "in breaks" in broken.trace
    assert isinstance(whole, Lattice)


def test_what_breaks_all_rasters_together_breaks_none_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_: NDArray[np.uint8]) -> list[Lattice | None]:
        raise MemoryError

    monkeypatch.setattr(drawings, "lattices_if_normalised", breaks)

    found = lattices_of(grey.tobytes() for grey in rasters())

    assert [content(one) for one in found] == [alone(grey) for grey in rasters()]


class Bytes(bytes):
    """Such as leave a trace when they go; weak references to bytes there are none."""

    gone = 0

    def __del__(self) -> None:
        Bytes.gone += 1


@pytest.mark.parametrize("value", [png(np.full((300, 300), 255, np.uint8)), png(drawn())[:90], b"junk", bytes(784)])
def test_what_is_rejected_is_not_kept_in_memory_by_its_reason(value: bytes) -> None:
    before = Bytes.gone
    gc.disable()
    try:
        (found,) = lattices_of(Bytes(value) for _ in range(1))
        assert isinstance(found, Unreadable)
        assert Bytes.gone == before + 1
    finally:
        gc.enable()
