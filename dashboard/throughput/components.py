"""The parts of the system, the job and its checkpoints, in words."""

from collections.abc import Iterable

import streamlit as st

from dashboard.connection.health import Health
from dashboard.throughput.cluster import Checkpoints, Cluster, Heap, Job
from dashboard.throughput.numbers import UNKNOWN, duration, size, written

WORKS, FAILS = ":green[:material/check_circle:]", ":red[:material/error:]"


def show_components(health: Health | None) -> None:
    """Each part: whether it works, and a sentence about it."""
    with st.container(border=True, key="components", height="stretch"):
        st.markdown("**Components**")
        if health is None:
            st.caption("Being looked at.")
            return
        rows = [f"| {WORKS if part.ok else FAILS} {part.name} | {part.sentence} |" for part in health.components]
        st.markdown("\n".join(["| part | state |", "|:--|:--|", *rows]))


def show_cluster(cluster: Cluster | None) -> None:
    """What Flink tells: the job, its checkpoints, the machines."""
    with st.container(border=True, key="cluster", height="stretch"):
        st.markdown("**Flink**")
        facts = list(_facts(cluster)) if cluster else [("job", UNKNOWN)]
        st.markdown("\n".join(["| figure | value |", "|:--|:--|", *(f"| {name} | {fact} |" for name, fact in facts)]))


def _facts(cluster: Cluster) -> Iterable[tuple[str, str]]:
    yield from _job(cluster.job) if cluster.job else [("job", "none is running")]
    yield "TaskManagers", f"{cluster.task_managers}, {cluster.slots} slots, {cluster.free_slots} of them free"
    yield "heap of the JobManager", _heap(cluster.job_manager_heap)
    yield "heap of the TaskManagers", _heap(cluster.task_managers_heap)


def _job(job: Job) -> Iterable[tuple[str, str]]:
    yield "job", f"{job.state}, {job.tasks_running} of {job.tasks} tasks run, for {duration(job.seconds)}"
    yield "restarts", written(job.restarts)
    if batches := job.batches:
        mean = batches.drawings / batches.count
        sizes = f"of {batches.smallest:,} to {batches.largest:,}, {mean:,.1f} on average"
        yield "read by RunInference", f"{batches.drawings:,} drawings in {batches.count:,} batches {sizes}"
    else:
        yield "read by RunInference", UNKNOWN
    yield "rows written to the lakehouse", written(job.rows)
    yield "checkpoints", f"{job.checkpoints.completed:,} completed, {job.checkpoints.failed:,} failed"
    yield "last checkpoint", _last(job.checkpoints)


def _last(checkpoints: Checkpoints) -> str:
    if checkpoints.milliseconds is None:
        return "none yet"
    return f"{checkpoints.milliseconds:,} ms, {size(checkpoints.size)}"


def _heap(heap: Heap | None) -> str:
    return f"{size(heap.used)} of {size(heap.most)}" if heap else UNKNOWN
