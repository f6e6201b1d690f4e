"""Sketches to readings: the CNN, applied to windowed batches by RunInference."""

import gc
import time
from collections.abc import Mapping, Sequence
from typing import Any

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.ml.inference.base import ModelHandler, RunInference
from apache_beam.transforms.window import FixedWindows

from pipeline.forms import Decoded, Outcome, Reading, Sketch
from pipeline.messages import Prediction
from pipeline.recognition.classifier import Classifier
from pipeline.recognition.reader import Number, read_numbers


class ReadDigits(beam.PTransform):
    """Read every sketch of a batch with the CNN; rejections pass through, so that the order of arrival stays."""

    def __init__(self, model: str, window_seconds: float, threads: int) -> None:
        super().__init__()
        self.handler = DigitModelHandler(model, threads)
        self.window_seconds = window_seconds

    def expand(self, batches: beam.PCollection[list[Decoded]]) -> beam.PCollection[list[Outcome]]:
        """Window by arrival, then infer batch by batch."""
        return (
            batches
            | "Window" >> beam.WindowInto(FixedWindows(self.window_seconds))
            | "Infer" >> RunInference(self.handler)
        )


class DigitModelHandler(ModelHandler[Decoded, list[Outcome], Classifier]):
    """How RunInference loads the CNN and runs a batch through it."""

    def __init__(self, model: str, threads: int) -> None:
        super().__init__()
        self.model = model
        self.threads = threads
        self.batch_size = Metrics.distribution("reading", "batch_size")

    def should_skip_batching(self) -> bool:
        """Its elements are batches; RunInference would keep the last one until another comes."""
        return True

    def load_model(self) -> Classifier:
        """Load the CNN, once per worker process; what is in memory then stays, and is no garbage to look for."""
        classifier = Classifier.load(self.model, threads=self.threads)
        gc.freeze()
        return classifier

    def run_inference(
        self,
        batch: Sequence[Decoded],
        model: Classifier,
        inference_args: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> list[list[Outcome]]:
        """One element: an outcome for each of the batch, in its order."""
        self.batch_size.update(len(batch))
        return [read_batch(batch, model)]

    def get_num_bytes(self, batch: Sequence[Decoded]) -> int:
        """Bytes of ink in the batch; Beam would pickle it to find out its size."""
        return sum(one.lattice.rasters.nbytes for one in batch if isinstance(one, Sketch))

    def get_metrics_namespace(self) -> str:
        """The name under which Beam counts batches and times them."""
        return "DigitModelHandler"


def read_batch(batch: Sequence[Decoded], classifier: Classifier) -> list[Outcome]:
    """Read all sketches together; rejections pass through."""
    lattices = [sketch.lattice for sketch in batch if isinstance(sketch, Sketch)]
    numbers = iter(read_numbers(lattices, classifier))
    now = int(time.time() * 1000)
    return [
        reading(sketch, next(numbers), classifier.version, now, len(lattices)) if isinstance(sketch, Sketch) else sketch
        for sketch in batch
    ]


def reading(sketch: Sketch, read: Number, model: str, now: int, batch_size: int) -> Reading:
    """A sketch with the number that it says."""
    prediction = Prediction(
        drawing_id=sketch.drawing_id,
        number=read.number,
        confidence=read.confidence,
        digits=read.digits,
        model=model,
        submitted_at=sketch.submitted_at,
        predicted_at=now,
        arrived_at=sketch.arrived_at,
        topic=sketch.origin.topic,
        partition=sketch.origin.partition,
        offset=sketch.origin.offset,
        source=sketch.source,
        label=sketch.label,
        batch_size=batch_size,
    )
    return Reading(prediction, read.ink)
