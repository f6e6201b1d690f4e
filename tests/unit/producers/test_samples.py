import io

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits

from producers.samples import sample_drawings


def test_samples_are_png_files_of_dark_ink_on_a_light_ground() -> None:
    for drawing in sample_drawings(20):
        image = Image.open(io.BytesIO(drawing.value))
        pixels = np.asarray(image)
        assert (image.format, image.mode, image.size) == ("PNG", "L", (48, 48))
        assert (pixels[0] == 255).all()
        assert pixels.min() < 60


def test_each_has_its_own_label() -> None:
    labels = [str(label) for label in load_digits().target]
    assert [drawing.number for drawing in sample_drawings(1_800)] == [*labels, *labels[:3]]


def test_the_picture_is_the_digit_that_the_label_tells() -> None:
    ink = load_digits().images[:10].reshape(10, 8, 8)
    for digit, drawing in zip(ink, sample_drawings(10), strict=True):
        picture = 255 - np.asarray(Image.open(io.BytesIO(drawing.value)))[8:40, 8:40].astype(float)
        coarse = picture.reshape(8, 4, 8, 4).mean((1, 3))
        assert np.corrcoef(coarse.ravel(), digit.ravel())[0, 1] > 0.95


def test_none_are_none() -> None:
    assert list(sample_drawings(0)) == []
