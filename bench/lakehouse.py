"""A lakehouse that grows by synthetic rows, and what a commit to it costs at each size."""

import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from pipeline.forms import Reading
from pipeline.lakehouse.maintenance import tidy
from pipeline.lakehouse.schema import SCHEMA, to_arrow
from pipeline.lakehouse.table import open_table
from pipeline.lakehouse.writer import LakehouseWriter
from pipeline.messages import Digit, Prediction

PARTITIONS = ("bench/drawings-0", "bench/drawings-1")
ROWS_A_COMMIT = 10_000
"""What one partition brings in five seconds at 4,000 drawings a second."""
COMMITS_BETWEEN_TIDYING = 240
"""Those of both partitions in ten minutes, as the housekeeper comes by."""
POINTS = 10


class Point(NamedTuple):
    """A size of the table, the commits on the way to it in milliseconds (median, 99th percentile), and its files."""

    rows: int
    commit_ms: float
    commit_p99_ms: float
    tidy_seconds: float
    files: int


def commit_times(uri: str, rows: int, advance: Callable[[int], None]) -> Iterator[Point]:
    """Let a table grow to so many rows, with the stream's own writer and housekeeping."""
    writer, template = LakehouseWriter(uri), _readings()
    commits = -(-rows // ROWS_A_COMMIT)
    took, tidied = list[float](), 0.0
    for number in range(commits):
        turn, partition = divmod(number, len(PARTITIONS))
        batch = _moved(template, turn * ROWS_A_COMMIT)
        started = time.perf_counter()
        writer.append(PARTITIONS[partition], turn * ROWS_A_COMMIT, (turn + 1) * ROWS_A_COMMIT - 1, [batch])
        took.append((time.perf_counter() - started) * 1000)
        if (number + 1) % COMMITS_BETWEEN_TIDYING == 0:
            tidied += _seconds_to_tidy(uri)
        advance((number + 1) * ROWS_A_COMMIT)
        if (number + 1) * POINTS // commits > number * POINTS // commits:
            middle, slow = np.percentile(took, (50, 99)).tolist()
            files = len(open_table(uri).file_uris())
            yield Point((number + 1) * ROWS_A_COMMIT, round(middle, 1), round(slow, 1), round(tidied, 2), files)
            took, tidied = [], 0.0


def _seconds_to_tidy(uri: str) -> float:
    started = time.perf_counter()
    tidy(uri)
    return time.perf_counter() - started


def _readings() -> pa.RecordBatch:
    """As many rows as a commit has, their ink as hard to compress as handwriting is: a fifth of the pixels is noise."""
    random = np.random.default_rng(0)
    rasters = random.integers(0, 256, (ROWS_A_COMMIT, 1, 28, 28), np.uint8)
    rasters[:, :, random.random((28, 28)) > 0.2] = 0
    now = int(time.time() * 1000)
    return to_arrow(
        [
            Reading(
                Prediction(
                    drawing_id=f"{random.bytes(16).hex()}",
                    number=str(offset % 10),
                    confidence=0.99,
                    digits=[Digit(offset % 10, 0.99, random.random(10).round(6).tolist(), (4, 4, 20, 20))],
                    model="0123456789ab",
                    submitted_at=now,
                    predicted_at=now,
                    arrived_at=now,
                    topic="drawings",
                    partition=0,
                    offset=offset,
                    source="bench",
                ),
                ink,
            )
            for offset, ink in enumerate(rasters)
        ]
    )


def _moved(template: pa.RecordBatch, by: int) -> pa.RecordBatch:
    """The same rows at later offsets."""
    offsets = pa.array(np.arange(by, by + template.num_rows), pa.int64())
    return template.set_column(SCHEMA.get_field_index("offset"), SCHEMA.field("offset"), offsets)
