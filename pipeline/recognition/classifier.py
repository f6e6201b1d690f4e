"""The CNN that reads digits: a Keras file, loaded once and called through one traced function."""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from pipeline.recognition.normalise import RASTER
from pipeline.recognition.second_look import LOOKS, second_looks

NO_DIGIT = 10
"""The class of what is not exactly one whole digit; those before it are 0 to 9."""
CLASSES = NO_DIGIT + 1
MAKE_ONE = "python -m training.train"
LARGEST_BATCH = 1024
"""Rasters that go through the CNN at once; more are cut, so that memory stays bounded."""
SURE = 0.95
"""Rasters whose likeliest class is less likely than this are looked at again."""

Rasters = NDArray[np.uint8]
Probabilities = NDArray[np.float32]


@dataclass(frozen=True)
class Classifier:
    """A trained CNN and its version, the first 12 hex digits of its file's SHA-256."""

    version: str
    _predict: Callable[[Rasters], Probabilities]

    @classmethod
    def load(cls, path: str | Path, threads: int | None = None) -> "Classifier":
        """Load a ``.keras`` file that maps uint8 rasters (n, 28, 28) to probabilities (n, 11).

        The first ten are those of 0 to 9, the last that it is not exactly one whole digit.

        ``threads`` limits TensorFlow's own threads, unless it computes in this process already, and those of BLAS.

        Raises:
            FileNotFoundError: there is no such file.
            ValueError: it is no Keras model, or one of another form.
        """
        path = Path(path)
        classifier = cls(version_of(path), _traced(path, threads))
        classifier.scores(np.zeros((1, *RASTER), np.uint8))  # traces it now, not while a drawing waits
        return classifier

    def scores(self, rasters: Rasters) -> Probabilities:
        """How likely each raster (n, 28, 28; white ink on black) is each of 0 to 9, or none: (n, 11), rows sum to 1.

        Those of which the CNN is not sure get a second look.
        """
        scores = self._first_look(rasters)
        unsure = np.flatnonzero(scores.max(axis=1) < SURE)
        if unsure.size:
            looks = self._first_look(second_looks(rasters[unsure])).reshape(len(unsure), LOOKS, -1)
            scores[unsure] = looks.mean(axis=1)
        return scores

    def _first_look(self, rasters: Rasters) -> Probabilities:
        starts = range(0, max(len(rasters), 1), LARGEST_BATCH)
        return np.concatenate([self._of_batch(rasters[start : start + LARGEST_BATCH]) for start in starts])

    def _of_batch(self, rasters: Rasters) -> Probabilities:
        padded = np.zeros((_padded_size(len(rasters)), *RASTER), np.uint8)
        padded[: len(rasters)] = rasters
        return self._predict(padded)[: len(rasters)]


def version_of(path: Path) -> str:
    """The version of the model in a file: what stands in each of its predictions.

    Raises:
        FileNotFoundError: there is no such file.
    """
    if not path.is_file():
        raise FileNotFoundError(f"There is no model at {path}: make one with {MAKE_ONE}")
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _padded_size(count: int) -> int:
    """The next size of three significant bits, at most a quarter more.

    For each new size, oneDNN compiles kernels for some milliseconds; so there are few of them.
    """
    step = 1 << max(count.bit_length() - 3, 0)
    return max(-(-count // step), 1) * step


def _traced(path: Path, threads: int | None) -> Callable[[Rasters], Probabilities]:
    with greetings_muted():
        import tensorflow as tf

    if threads is not None:
        with suppress(RuntimeError):  # it computes already
            tf.config.threading.set_intra_op_parallelism_threads(threads)
            tf.config.threading.set_inter_op_parallelism_threads(threads)
        threadpool_limits(threads)  # those of BLAS, in numpy and scipy, spin where the CNN could compute
    model = tf.keras.models.load_model(path, compile=False)
    _require_form(path, model)
    any_batch = tf.TensorSpec((None, *RASTER), tf.uint8)
    function = tf.function(lambda rasters: model(rasters, training=False), input_signature=[any_batch], autograph=False)
    call = function.get_concrete_function()  # to look up the trace at each call takes a third of a millisecond
    return lambda rasters: call(tf.constant(rasters)).numpy()


def _require_form(path: Path, model: Any) -> None:
    """Refuse another model now: its answers would be taken for those of digits."""
    form = getattr(model, "input_shape", None), getattr(model, "output_shape", None)
    if form not in [((None, *RASTER), (None, CLASSES)), ((None, *RASTER, 1), (None, CLASSES))]:
        wanted = f"{(None, *RASTER)} to {(None, CLASSES)}"
        raise ValueError(f"The model at {path} maps {form[0]} to {form[1]}, not {wanted}: make one with {MAKE_ONE}")


@contextmanager
def greetings_muted() -> Iterator[None]:
    """Import TensorFlow within: it greets on standard error, from C++, before it heeds its own log level."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    stderr = os.dup(2)
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)
