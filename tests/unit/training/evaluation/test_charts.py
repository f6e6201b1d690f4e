import numpy as np
import pytest
from matplotlib.colors import to_rgb

from training.evaluation.charts import (
    DARK,
    LIGHT,
    Theme,
    confidence_chart,
    confusion_chart,
    figure_of,
    reliability_chart,
)
from training.evaluation.scores import Result

RESULTS = [Result("x", "1", "1", 0.97)] * 95 + [Result("x", "1", "7", 0.97)] * 5 + [Result("x", "2", "3", 0.4)]


def test_a_digit_s_mistakes_stand_out_and_its_hits_have_another_colour() -> None:
    matrix = np.zeros((11, 11), np.int64)
    matrix[1, 1], matrix[1, 7], matrix[10, 3] = 990, 10, 1

    axes = figure_of(confusion_chart(matrix), LIGHT).axes[0]

    cells = np.asarray(axes.images[0].get_array())
    assert cells[1, 1] == pytest.approx(to_rgb(LIGHT.right), abs=0.02)
    assert cells[0, 0] == pytest.approx(to_rgb(LIGHT.ground))
    assert 0.1 < np.abs(cells[1, 7] - to_rgb(LIGHT.ground)).max() < 0.6
    assert sorted(text.get_text() for text in axes.texts) == ["1", "10", "990"]


def test_reliability_shows_the_share_that_is_right_where_there_are_answers() -> None:
    axes = figure_of(reliability_chart(RESULTS), LIGHT).axes[0]

    points = [line.get_xydata()[0].tolist() for line in axes.lines if line.get_marker() == "o"]
    assert points == [pytest.approx([0.4, 0.0]), pytest.approx([0.97, 0.95])]


def test_confidences_are_counted_apart() -> None:
    axes = figure_of(confidence_chart(RESULTS), LIGHT).axes[0]

    right, wrong = ([bar.get_height() for bar in container] for container in axes.containers)
    assert (sum(right), sum(wrong)) == (95, 6)
    assert (right[19], wrong[19], wrong[8] + wrong[7]) == (95, 5, 1)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_charts_of_nothing_are_drawn_on_the_theme_s_ground(theme: Theme) -> None:
    for chart in (confusion_chart(np.zeros((11, 11), np.int64)), reliability_chart([]), confidence_chart([])):
        figure = figure_of(chart, theme)
        figure.canvas.draw()
        assert figure.get_facecolor()[:3] == pytest.approx(to_rgb(theme.ground))
