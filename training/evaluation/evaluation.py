"""Drawings with labels, read as the stream reads them."""

import time
from collections.abc import Sequence
from itertools import islice
from typing import Any, NamedTuple

from rich.markup import escape

from pipeline.recognition.classifier import Classifier
from training.evaluation.labelled import LabelledDrawing
from training.evaluation.scores import Result, scores
from training.progress import bar
from training.reading import BATCH, read_drawings


class Evaluation(NamedTuple):
    """What was read in each drawing, in their order, and how many seconds that took."""

    results: list[Result]
    seconds: float

    @property
    def figures(self) -> dict[str, Any]:
        """What ``scores`` makes of it."""
        return scores(self.results, self.seconds)


def evaluate(
    classifier: Classifier, drawings: Sequence[LabelledDrawing], title: str, batch_size: int = BATCH
) -> Evaluation:
    """Read drawings batch by batch, opening each when it is due, and show the progress under a title.

    Raises:
        OSError: a file cannot be read.
    """
    started, results = time.perf_counter(), list[Result]()
    with bar() as progress:
        due = iter(progress.track(drawings, description=escape(title)))
        for start in range(0, len(drawings), batch_size):
            answers = read_drawings((drawing.value() for drawing in islice(due, batch_size)), classifier)
            results += [
                Result(drawing.file, drawing.label, answer.number, answer.confidence, answer.code)
                for drawing, answer in zip(drawings[start : start + batch_size], answers, strict=True)
            ]
    return Evaluation(results, time.perf_counter() - started)
