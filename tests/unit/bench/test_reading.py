"""The rivals write what the stream writes."""

from dataclasses import replace

import numpy as np
import pytest

from bench.reading import predictions
from pipeline.forms import Arrival, Reading
from pipeline.messages import LABEL_HEADER, SOURCE_HEADER, SUBMITTED_AT_HEADER, Origin, Prediction
from pipeline.recognition.classifier import Classifier, Probabilities, Rasters
from pipeline.stages.classify import read_batch
from pipeline.stages.decode import decode_batch
from producers.samples import sample_drawings


def sevens(rasters: Rasters) -> Probabilities:
    scores = np.full((len(rasters), 11), 0.001, np.float32)
    scores[:, 7] = 0.99
    return scores


@pytest.fixture
def classifier() -> Classifier:
    return Classifier("0123456789ab", sevens)


def test_a_prediction_is_the_one_that_the_stream_would_have_made(classifier: Classifier) -> None:
    headers = {SOURCE_HEADER: b"bench", SUBMITTED_AT_HEADER: b"1000", LABEL_HEADER: b"7"}
    arrivals = [
        Arrival(Origin("drawings", 1, offset), 1_005, b"%d" % offset, drawing.value, headers)
        for offset, drawing in enumerate(sample_drawings(4))
    ]

    theirs = [(key, _timeless(Prediction.from_json(value))) for key, value in predictions(arrivals, classifier)]

    readings = read_batch(decode_batch(arrivals), classifier)
    ours = [one.prediction for one in readings if isinstance(one, Reading)]
    assert theirs == [(one.drawing_id.encode(), _timeless(Prediction.from_json(one.to_json()))) for one in ours]


def _timeless(prediction: Prediction) -> Prediction:
    return replace(prediction, predicted_at=0)
