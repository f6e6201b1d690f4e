"""How well drawings were read: whole numbers, digits, and how far the confidence can be believed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.calibration import expected_calibration_error
from training.evaluation.alignment import MISSING, aligned

DIGITS = "0123456789"
NONE = len(DIGITS)
"""Row and column of a confusion matrix for digits without counterpart."""
SURE = 0.5
"""A drawing without a digit should be read with less confidence than this."""

Confusion = NDArray[np.int64]


@dataclass(frozen=True)
class Result:
    """A drawing's label ("" if it holds no digit), and the number read in it ("" if it was rejected with ``code``)."""

    file: str
    label: str
    number: str
    confidence: float
    code: str | None = None

    @property
    def right(self) -> bool:
        """Whether the whole number is right, or nothing was read where nothing is."""
        return self.number == self.label


def scores(results: Sequence[Result], seconds: float) -> dict[str, Any]:
    """All figures of an evaluation, ready for JSON; a share of nothing is None.

    ``accuracy``, the error rates and the confidences are of the drawings that hold a number. The others are apart, in
    ``no_digit``, if there are any. A rejected drawing was read as "" with confidence 0.
    """
    numbers, others = with_number(results), without_number(results)
    matrix = confusion(results)
    confidences = [result.confidence for result in numbers]
    calibration = expected_calibration_error(confidences, [result.right for result in numbers])
    return {
        "images": len(results),
        "numbers": len(numbers),
        "accuracy": _share(sum(result.right for result in numbers), len(numbers)),
        "digit_error_rate": _share(matrix.sum() - np.trace(matrix), matrix[:NONE].sum()),
        "per_digit": _per_digit(matrix),
        "rejected": dict(Counter(result.code for result in results if result.code)),
        "mean_confidence": _share(sum(confidences), len(numbers)),
        "expected_calibration_error": round(calibration, 6) if numbers else None,
        **({"no_digit": _no_digit(others)} if others else {}),
        "seconds": round(seconds, 3),
        "images_per_second": round(len(results) / max(seconds, 1e-9), 1),
    }


def with_number(results: Sequence[Result]) -> list[Result]:
    """Those whose drawing holds a number."""
    return [result for result in results if result.label]


def without_number(results: Sequence[Result]) -> list[Result]:
    """The others, where nothing should be read."""
    return [result for result in results if not result.label]


def confusion(results: Sequence[Result]) -> Confusion:
    """How often each digit (row) was read as each other (column), (11, 11), over the drawings that hold a number.

    The last column is for digits that were overlooked, the last row for such as nobody drew. What is off the diagonal
    adds up to Levenshtein's distance.
    """
    matrix = np.zeros((NONE + 1, NONE + 1), np.int64)
    for result in with_number(results):
        for drawn, read in aligned(result.label, result.number):
            matrix[_place(drawn), _place(read)] += 1
    return matrix


def worst_mistakes(results: Sequence[Result], most: int) -> list[Result]:
    """The wrong ones, those first that were believed to be right the most."""
    wrong = [result for result in results if not result.right]
    return sorted(wrong, key=lambda result: -result.confidence)[:most]


def _place(digit: str) -> int:
    return NONE if digit == MISSING else int(digit)


def _per_digit(matrix: Confusion) -> dict[str, Any]:
    """How often each digit was drawn, and what share of that was read as such."""
    counts = matrix.sum(axis=1)
    return {
        digit: {"count": int(counts[place]), "accuracy": _share(matrix[place, place], counts[place])}
        for place, digit in enumerate(DIGITS)
    }


def _no_digit(results: Sequence[Result]) -> dict[str, Any]:
    confidences = [result.confidence for result in results]
    return {
        "images": len(results),
        "mean_confidence": _share(sum(confidences), len(results)),
        "share_over_half": _share(sum(confidence > SURE for confidence in confidences), len(results)),
    }


def _share(part: float, whole: float) -> float | None:
    return round(float(part / whole), 6) if whole else None
