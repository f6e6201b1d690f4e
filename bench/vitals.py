"""One look at a running stream: how far behind it is, what it holds in memory, on disk and in checkpoints."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import requests

from bench.broker import Ends
from bench.processes import Group
from pipeline.lakehouse.table import NoTableYetError, open_table
from pipeline.launching.flink import Flink
from pipeline.settings import Settings


@dataclass(frozen=True)
class Vitals:
    """Figures ``seconds`` after the start: drawings not answered, files, the last checkpoint, memory by process."""

    seconds: float
    lag: int
    lakehouse_files: int
    lakehouse_files_on_disk: int
    checkpoint_files: int
    checkpoint_kb: float
    checkpoint_ms: float
    memory_mb: dict[str, int]


def vitals_of(here: Settings, group: Group, ends: Ends, seconds: float) -> Vitals:
    """Take a look."""
    size, duration = last_checkpoint(here)
    return Vitals(
        seconds=seconds,
        lag=ends.count(here.drawings_topic) - ends.count(here.predictions_topic),
        lakehouse_files=_files_of_table(here.lakehouse),
        lakehouse_files_on_disk=_files_in(Path(here.lakehouse)),
        checkpoint_files=_files_in(here.state_dir / "flink" / "checkpoints"),
        checkpoint_kb=size / 1024,
        checkpoint_ms=duration,
        memory_mb={name: used >> 20 for name, used in group.usage().memory.items()},
    )


def last_checkpoint(here: Settings) -> tuple[float, float]:
    """Bytes of the last completed checkpoint, and the milliseconds that it took; zeros before there is one."""
    with suppress(requests.RequestException):
        flink = Flink(here.flink_rest)
        if job := flink.live_job(here.job_name):
            last = flink.get(f"/jobs/{job}/checkpoints")["latest"]["completed"] or {}
            return last.get("state_size", 0), last.get("end_to_end_duration", 0)
    return 0, 0


def _files_of_table(uri: str) -> int:
    try:
        return len(open_table(uri).file_uris())
    except NoTableYetError:
        return 0


def _files_in(folder: Path) -> int:
    """Files at any depth; those that vanish meanwhile do not matter."""
    return sum(1 for _ in folder.rglob("*") if _.is_file()) if folder.exists() else 0
