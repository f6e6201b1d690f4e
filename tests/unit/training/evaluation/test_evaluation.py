import numpy as np
from numpy.typing import NDArray

from pipeline.mnist import LabelledRasters
from pipeline.recognition.classifier import Classifier
from training.evaluation.evaluation import evaluate
from training.evaluation.labelled import LabelledDrawing


def five(rasters: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Takes everything for a 5."""
    return np.tile((0.001 + 0.989 * np.eye(11)[5]).astype(np.float32), (len(rasters), 1))


def test_drawings_are_opened_when_their_batch_is_due(digits: LabelledRasters) -> None:
    events: list[str] = []

    def opened() -> bytes:
        events.append("open")
        return digits.rasters[0].tobytes()

    def predict(rasters: NDArray[np.uint8]) -> NDArray[np.float32]:
        events.append("read")
        return five(rasters)

    drawings = [LabelledDrawing(str(index), "5", opened) for index in range(5)]

    evaluation = evaluate(Classifier("fake", predict), drawings, "Reading", batch_size=2)

    assert events == ["open", "open", "read", "open", "open", "read", "open", "read"]
    assert [(result.file, result.right) for result in evaluation.results] == [(file, True) for file in "01234"]
    assert evaluation.figures["accuracy"] == 1
    assert evaluation.figures["seconds"] == round(evaluation.seconds, 3) > 0
