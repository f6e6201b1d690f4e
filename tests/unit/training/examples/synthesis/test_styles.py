import numpy as np

from training.examples.synthesis.styles import STYLES, parsed


def test_strokes_are_parted_at_lifts_and_corners() -> None:
    first, second, bar = parsed("0,0 50,0! 50,100 | 10,50 90,50")

    assert first.points.tolist() == [[0, 0], [0.5, 0]]
    assert second.points.tolist() == [[0.5, 0], [0.5, 1]]
    assert [first.follows, second.follows, bar.follows] == [False, True, False]


def test_each_digit_has_several_styles_none_twice() -> None:
    for styles in STYLES.values():
        shapes = {np.concatenate([section.points for section in style.sections]).tobytes() for style in styles}
        assert len(shapes) == len(styles) >= 6
