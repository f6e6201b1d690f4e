"""The figures of all engines: JSON, and a Markdown table."""

import os
import platform
import time
from dataclasses import asdict

import orjson
import psutil

from bench.engine import BARE_LOOP, ENGINES, OURS
from bench.figures import summarised
from bench.measure import Measurement

COLUMNS = {
    "throughput": ("drawings/s, warm", "{:,.0f}"),
    "ratio": ("of the bare loop", "{:.2f}"),
    "cold_throughput": ("cold", "{:,.0f}"),
    "p50_ms": ("p50 at 200/s", "{:,.0f} ms"),
    "p99_ms": ("p99", "{:,.0f} ms"),
    "lone_ms": ("lone drawing", "{:,.0f} ms"),
    "cpu_seconds_per_1000": ("CPU s / 1,000", "{:.2f}"),
    "memory_mb": ("memory", "{:,.0f} MB"),
    "accuracy": ("right", "{:.2%}"),
}


class Report:
    """The measurements of each engine, round by round, as they come in."""

    def __init__(self, kind: str, drawings: int) -> None:
        self.kind, self.drawings = kind, drawings
        self.taken_at = time.strftime("%Y-%m-%dT%H:%M:%S%z")
        self._rounds: dict[str, list[Measurement | str]] = {}

    def enter(self, engine: str, outcome: Measurement | str) -> None:
        """Enter what a round gave: figures, or why there are none."""
        self._rounds.setdefault(engine, []).append(outcome)

    @property
    def measured(self) -> dict[str, list[Measurement]]:
        """The figures of each engine that has any."""
        chosen = {
            name: [one for one in rounds if isinstance(one, Measurement)] for name, rounds in self._rounds.items()
        }
        return {name: rounds for name, rounds in chosen.items() if rounds}

    @property
    def failures(self) -> dict[str, list[str]]:
        """Why there are none, of each engine that failed in a round."""
        chosen = {name: [one for one in rounds if isinstance(one, str)] for name, rounds in self._rounds.items()}
        return {name: rounds for name, rounds in chosen.items() if rounds}

    def figures(self, engine: str) -> dict[str, dict[str, float | None]]:
        """Median, least and greatest over the rounds of each of ``COLUMNS``."""
        rounds = self.measured.get(engine, [])
        of_rounds = {name: [_figure(one, name) for one in rounds] for name in [*COLUMNS, "p95_ms"]}
        return {name: summarised(values) for name, values in (of_rounds | {"ratio": self._ratios(engine)}).items()}

    def summary(self) -> dict[str, object]:
        """What the bench is for, flat; ours where no engine is named."""
        medians = {name: {key: one["median"] for key, one in self.figures(name).items()} for name in self.measured}
        ours = medians.get(OURS, {})
        return {
            "kind": self.kind,
            "drawings": self.drawings,
            "rounds": max(map(len, self.measured.values()), default=0),
            "throughput_ratio_to_bare_loop": _short(ours.get("ratio")),
            "throughput_per_second": _short(ours.get("throughput")),
            "latency_p50_ms": _short(ours.get("p50_ms")),
            "latency_p95_ms": _short(ours.get("p95_ms")),
            "latency_p99_ms": _short(ours.get("p99_ms")),
            "lone_drawing_ms": _short(ours.get("lone_ms")),
            "cpu_seconds_per_1000": _short(ours.get("cpu_seconds_per_1000")),
            "accuracy": _short(ours.get("accuracy")),
            "throughput_of": {name: _short(one["throughput"]) for name, one in medians.items()},
            "p99_ms_of": {name: _short(one["p99_ms"]) for name, one in medians.items()},
            "failures": self.failures,
        }

    def to_json(self) -> bytes:
        """All of it, indented."""
        engines = {
            name: {"rounds": [one.to_dict() for one in rounds], "figures": self.figures(name)}
            for name, rounds in self.measured.items()
        }
        whole = {"taken_at": self.taken_at, "machine": _machine(), "summary": self.summary(), "engines": engines}
        return orjson.dumps(whole, option=orjson.OPT_INDENT_2) + b"\n"

    def to_markdown(self) -> str:
        """A table with a row for each engine: medians, for throughput the range too."""
        head = ["engine", *(title for title, _ in COLUMNS.values())]
        rows = [head, ["---", *["--:"] * len(COLUMNS)], *(self._row(name) for name in self.measured)]
        rows += [[ENGINES[name].title, f"failed: {why[0].partition(';')[0]}"] for name, why in self.failures.items()]
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)

    def _ratios(self, engine: str) -> list[float | None]:
        """By the bare loop of the same round, which had the same neighbours on the machine."""
        pairs = zip(self._rounds.get(engine, []), self._rounds.get(BARE_LOOP, []), strict=False)
        return [_ratio(one, bare) for one, bare in pairs if isinstance(one, Measurement)]

    def _row(self, name: str) -> list[str]:
        figures = self.figures(name)
        cells = [_shown(figures[key]["median"], form) for key, (_, form) in COLUMNS.items()]
        if len(self.measured[name]) > 1:
            least, greatest = (_shown(figures["throughput"][end], "{:,.0f}") for end in ("least", "greatest"))
            cells[0] += f" ({least}–{greatest})"
        return [ENGINES[name].title, *cells]


def _ratio(one: Measurement, bare: Measurement | str) -> float | None:
    of_bare = None if isinstance(bare, str) else bare.throughput
    return one.throughput / of_bare if one.throughput and of_bare else None


def _figure(measured: Measurement, name: str) -> float | None:
    flat: dict[str, float | None] = {
        **asdict(measured),
        **measured.latency,
        "memory_mb": sum(measured.peak_memory_mb.values()),
    }
    return flat.get(name)


def _machine() -> dict[str, object]:
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30),
        "system": platform.platform(terse=True),
        "processor": platform.machine(),
        "python": platform.python_version(),
    }


def _shown(value: float | None, form: str) -> str:
    return "–" if value is None else form.format(value)


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")
