"""What Flink really runs with, held against what was asked for: the runner swallows some options in silence."""

from collections.abc import Iterator, Sequence

from pipeline.launching.flink import Flink
from pipeline.options import given


def mismatches(flink: Flink, job_id: str, flags: Sequence[str]) -> Iterator[str]:
    """A sentence for each option that did not take effect."""
    asked = _asked(flags)
    yield from _ignored(asked, flink.get(f"/jobs/{job_id}/config")["execution-config"])
    checkpoints = flink.get_or_none(f"/jobs/{job_id}/checkpoints/config")
    yield from _without_safety(asked, checkpoints) if checkpoints else ["The job takes no checkpoints"]


def _asked(flags: Sequence[str]) -> dict[str, str]:
    """The flags by name, as Flink's REST API names them; a flag without value is true."""
    return {_camel_case(name): "true" if value is None else value for name, value in given(flags).items()}


def _camel_case(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def _ignored(asked: dict[str, str], effective: dict[str, object]) -> Iterator[str]:
    options = effective["user-config"]
    assert isinstance(options, dict)
    for name, value in asked.items():
        if name in options and options[name] != value and name not in LISTS:
            yield f"{name}={value} was asked for, but the job has {options[name] or 'nothing'}"
    if (parallelism := asked.get("parallelism")) and effective["job-parallelism"] != int(parallelism):
        yield f"parallelism={parallelism} was asked for, but the job has {effective['job-parallelism']}"


def _without_safety(asked: dict[str, str], checkpoints: dict[str, object]) -> Iterator[str]:
    interval = asked.get("checkpointingInterval")
    if interval and checkpoints["interval"] != int(interval):
        yield f"A checkpoint every {interval} ms was asked for, but the job has {checkpoints['interval']} ms"
    external = checkpoints["externalization"]
    assert isinstance(external, dict)
    if not external["enabled"] or external["delete_on_cancellation"]:
        yield "Checkpoints do not outlive the job, so a new cluster could not go on from them"


LISTS = {"experiments"}
"""REST shows them in a form of its own."""
