import numpy as np
import pytest

from dashboard.connection.health import ComponentHealth, Health
from dashboard.throughput.cluster import Batches, Checkpoints, Cluster, Heap, Job
from dashboard.throughput.figures import Figures
from dashboard.throughput.overview import View
from dashboard.throughput.picture import SPANS, Picture, answered, arriving, lag, numbers
from pipeline.messages import Prediction, Rejection
from producers.answers import Answer

NOW = 1_800_000_000

CLUSTER = Cluster(
    job=Job("RUNNING", 3_700, 6, 6, 0, Checkpoints(120, 3, 34, 87_170, NOW), Batches(10, 257, 1, 233), 2_038),
    task_managers=1,
    slots=2,
    free_slots=0,
    job_manager_heap=Heap(119_220_232, 393_347_072),
    task_managers_heap=None,
)
HEALTH = Health((ComponentHealth("kafka", True, "Kafka is well."), ComponentHealth("flink", False, "Flink is away.")))


def answers() -> list[Answer]:
    """One hundred predictions, 98 of them right, and two rejections, in the last ten seconds; all of partition 0."""
    found = []
    for offset in range(100):
        at, label = NOW * 1_000 - 10_000 + offset * 100, "7" if offset >= 2 else "1"
        place = {"topic": "drawings", "partition": 0, "offset": offset}
        found.append(Answer(Prediction(str(offset), "7", 0.9, [], "m", at - 50, at, label=label, **place), at))
    at = NOW * 1_000 - 1
    refused = [Rejection(str(n), "crowded", "Too much.", "drawings", 0, n, None, b"", at) for n in (100, 101)]
    return found + [Answer(one, at) for one in refused]


@pytest.fixture
def figures() -> Figures:
    figures = Figures("drawings", clock=lambda: NOW)
    figures.add(answers())
    return figures


@pytest.fixture
def picture(figures: Figures) -> Picture:
    """A minute at whose end 104 drawings have arrived, ten a second from ten seconds before the end on."""
    past = figures.past(NOW, SPANS, 1)
    borders = {0: np.maximum(0, np.arange(-60, 1) * 10 + 100) + np.where(np.arange(61) == 60, 4, 0)}
    moment = {0: borders[0][-6:]}
    return Picture(
        minutes=1,
        past=past,
        arriving=arriving(borders, SPANS, 1),
        answered=answered(past, 1),
        lag=lag({0: borders[0][1:]}, past, []),
        numbers=numbers(past, figures.past(NOW, 5, 1), moment, []),
    )


@pytest.fixture
def view(picture: Picture) -> View:
    return View(picture, CLUSTER, HEALTH, [])
