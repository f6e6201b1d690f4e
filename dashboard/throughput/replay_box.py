"""Replays load at the press of a button, and shows what came of it."""

from functools import cache, partial
from typing import Any

import streamlit as st

from dashboard.throughput.load import Load, Run
from dashboard.throughput.numbers import UNKNOWN, written
from dashboard.throughput.overview import Overview
from dashboard.throughput.picture import Numbers
from pipeline.settings import settings

RATE, COUNT = 200, 2_000
MOST_A_SECOND, MOST = 20_000, 1_000_000


@cache
def shared_load() -> Load:
    """The one of this server process."""
    return Load(settings())


def show_replay(overview: Overview, numbers: Numbers) -> None:
    """What a press of the button will do; below that the replay that is under way, or how the last one ended."""
    load = shared_load()
    with st.container(border=True, key="replay"):
        st.markdown(f"**{_invitation(load, numbers)}**")
        _show_choice(load, overview)
        if load.run is None:
            st.caption("Handwritten digits with their labels, as `python -m producers.replay` sends them.")
        elif load.running:
            _show_progress(load.run, overview.figures.labelled)
        else:
            _show_end(load.run)


def _invitation(load: Load, numbers: Numbers) -> str:
    if load.running:
        return "Load is being replayed."
    idle = numbers.arriving == 0 and numbers.answered == 0 and not numbers.lag
    return "Nothing flows. Replay load?" if idle else "Replay load"


def _show_choice(load: Load, overview: Overview) -> None:
    busy = load.running
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.number_input("Drawings", 1, MOST, COUNT, 1_000, width=150, disabled=busy, key="replay-count")
        steady = not st.session_state.get("replay-flat-out", False)
        st.number_input(
            "A second", 1, MOST_A_SECOND, RATE, 100, width=150, disabled=busy or not steady, key="replay-rate"
        )
        st.toggle("As fast as it goes", disabled=busy, key="replay-flat-out")
        if busy:
            st.button("Stop", icon=":material/stop:", on_click=load.stop, key="replay-stop")
        else:
            start = partial(_start, load, overview)
            st.button("Replay", type="primary", icon=":material/play_arrow:", on_click=start, key="replay-start")


def _start(load: Load, overview: Overview) -> None:
    chosen = st.session_state
    rate = None if chosen["replay-flat-out"] else float(chosen["replay-rate"])
    load.start(rate, chosen["replay-count"], overview.figures.labelled)


def _show_progress(run: Run, labelled: int) -> None:
    answered = min(labelled - run.labelled_before, run.count)
    pace = "as fast as it goes" if run.rate is None else f"{run.rate:,.0f} a second"
    st.progress(answered / run.count, f"{answered:,} of {run.count:,} answered; {pace}, for {run.seconds:.0f} s")


def _show_end(run: Run) -> None:
    if run.report:
        show_report(run.report)
    elif run.failure:
        st.warning(run.failure, icon=":material/info:")
    else:
        st.caption("The last replay was stopped; what it had sent is read all the same.")


def show_report(report: dict[str, Any]) -> None:
    """What `producers.replay` measured by itself."""
    st.markdown("\n".join(["| the last replay's own report | |", "|:--|--:|", *_rows(report)]))


def _rows(report: dict[str, Any]) -> list[str]:
    return [f"| {name.replace('_', ' ')} | {_value(name, value)} |" for name, value in report.items()]


def _value(name: str, value: float | None) -> str:
    if name == "accuracy":
        return UNKNOWN if value is None else f"{value:.2%}"
    return written(value)
