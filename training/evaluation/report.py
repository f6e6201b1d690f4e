"""An evaluation to look at, whatever shows it: its figures in words, its charts and its worst mistakes."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from training.evaluation.charts import Chart, confidence_chart, confusion_chart, reliability_chart
from training.evaluation.labelled import LabelledDrawing
from training.evaluation.mistakes import Mistake, mistakes
from training.evaluation.scores import Result, confusion, with_number, without_number

MOST = 60
"""Mistakes of each kind that are shown."""


class Figure(NamedTuple):
    """A number with its name, and more about it."""

    name: str
    value: str
    note: str = ""


class Panel(NamedTuple):
    """A chart with its title, and how to read it."""

    title: str
    caption: str
    chart: Chart


class Gallery(NamedTuple):
    """Mistakes of a kind, the worst first."""

    title: str
    mistakes: list[Mistake]


class Report(NamedTuple):
    """All that a page or a picture shows."""

    title: str
    subtitle: str
    figures: list[Figure]
    panels: list[Panel]
    galleries: list[Gallery]


def report_on(
    results: Sequence[Result], scores: dict[str, Any], drawings: Sequence[LabelledDrawing], source: str
) -> Report:
    """The report on what was read in ``drawings``.

    Raises:
        OSError: a drawing can no longer be read.
    """
    subtitle = f"{source} · model {scores['model']} · {scores['images_per_second']:,.0f} images/s"
    galleries = [
        _gallery("Numbers read wrongly", with_number(results), drawings),
        _gallery("Read where there is no digit", without_number(results), drawings),
    ]
    return Report(
        "How Inkstream reads", subtitle, _figures(scores), _panels(results), [g for g in galleries if g.mistakes]
    )


def _gallery(title: str, results: Sequence[Result], drawings: Sequence[LabelledDrawing]) -> Gallery:
    wrong = sum(not result.right for result in results)
    title = f"{title}: {wrong:,}" if wrong <= MOST else f"{title}: the worst {MOST} of {wrong:,}"
    return Gallery(title, mistakes(results, drawings, MOST))


def _panels(results: Sequence[Result]) -> list[Panel]:
    numbers = with_number(results)
    return [
        Panel(
            "Which digits are mistaken", "“–” was overlooked, or was never there.", confusion_chart(confusion(results))
        ),
        Panel(
            "Can its confidence be believed?",
            "On the line, it can. Whole numbers, with 95 % intervals.",
            reliability_chart(numbers),
        ),
        Panel("How sure it is", "Whole numbers, counted on a logarithmic scale.", confidence_chart(numbers)),
    ]


def _figures(scores: dict[str, Any]) -> list[Figure]:
    shown = [
        Figure("Numbers right", _percent(scores["accuracy"]), f"of {scores['numbers']:,}"),
        Figure("Digit errors", _percent(scores["digit_error_rate"]), "edit distance per digit drawn"),
        Figure("Calibration error", _percent(scores["expected_calibration_error"]), "expected, in 15 bins"),
        Figure("Mean confidence", _percent(scores["mean_confidence"]), "in whole numbers"),
        Figure("Rejected", f"{sum(scores['rejected'].values()):,}", ", ".join(scores["rejected"]).replace("_", " ")),
    ]
    if no_digit := scores.get("no_digit"):
        share = _percent(no_digit["share_over_half"])
        shown.append(
            Figure("Falsely believed", share, f"of {no_digit['images']:,} without a digit, confidence over a half")
        )
    accuracies = scores.get("shrunk", {}).items()
    return shown + [Figure(f"At {side}×{side}", _percent(accuracy), "numbers right") for side, accuracy in accuracies]


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.2%}".replace("%", "\N{NO-BREAK SPACE}%")
