"""The whole system on this machine: ``python -m pipeline.local run``, ``start``, ``status`` or ``stop``."""

import argparse
import signal
import subprocess
import sys
from collections.abc import Callable

from rich.console import Console
from rich.table import Table
from rich.text import Text
from tenacity import RetryError, Retrying, retry_if_result, stop_after_delay, wait_fixed

from pipeline.errors import InkstreamError
from pipeline.local.crashes import Crashes
from pipeline.local.stack import health, job_state, not_ready, start, stop
from pipeline.local.supervisor import Supervisor
from pipeline.settings import REPOSITORY, Settings, settings

PATIENCE_SECONDS = 300
console = Console(stderr=True, highlight=False)
if not console.is_terminal:
    console.width = 120


def main() -> int:
    """Run the command and return its exit status."""
    command: Callable[[Settings], int] = _parser().parse_args().command
    try:
        return command(settings())
    except InkstreamError as error:
        console.print(Text(str(error), style="red"))  # a log's line may look like markup
        return 1
    except KeyboardInterrupt:
        return 130


def run(here: Settings) -> int:
    """Start everything, show a few predictions, and stop everything at Ctrl-C."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # SIGINT too: a shell lets its background jobs ignore it, and `kill -INT` should end them all the same.
        signal.signal(number, signal.default_int_handler)
    try:
        background(here)
        subprocess.run([sys.executable, "-m", "producers.demo"], cwd=REPOSITORY, check=False)
        console.print("\nCtrl-C stops everything; nothing is lost, and the next [bold]make run[/] goes on here.")
        while True:
            signal.pause()
    except KeyboardInterrupt:
        return 0
    finally:
        # A second Ctrl-C must not leave processes behind.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        end(here)


def background(here: Settings) -> int:
    """Start everything in the background and wait until it is ready."""
    if not start(here):
        console.print("The stack runs already.")
    _await_ready(here)
    return status(here)


def status(here: Settings) -> int:
    """Print what runs where; status 1 if anything does not."""
    stack = health(here)
    if not stack:
        console.print("Nothing runs; start it with [bold]make start[/] or [bold]make run[/].")
        return 1
    table = Table(title="Inkstream", title_justify="left")
    for heading in ("component", "what", "state", "pid", "memory", "up", "where"):
        table.add_column(heading, justify="right" if heading in ("pid", "memory", "up") else "left")
    for one in stack:
        colour = "green" if one.state == "RUNNING" else "red"
        row = (f"[{colour}]{one.state}[/]", str(one.pid), f"{one.memory >> 20:,} MB", f"{one.seconds:,} s")
        table.add_row(one.component.name, one.component.purpose, *row, one.component.address)
    console.print(table)
    console.print(f"Memory in all: {sum(one.memory for one in stack) / 2**30:.1f} GB · Beam job: {job_state(here)}")
    console.print(f"Logs: {Supervisor(here).logs} · Lakehouse: {here.lakehouse}")
    return 0 if all(one.state == "RUNNING" for one in stack) else 1


def end(here: Settings) -> int:
    """Stop everything."""
    with console.status("Stopping…"):
        ran = stop(here)
    console.print("Everything has stopped." if ran else "Nothing was running.")
    return 0


def _await_ready(here: Settings) -> None:
    crashes = Crashes(Supervisor(here))
    with console.status("Starting…") as spinner:

        def pending() -> list[str]:
            missing = list(not_ready(here))
            crashes.look()
            spinner.update(f"Waiting for {', '.join(missing)}…" if missing else "Ready")
            return missing

        try:
            Retrying(stop=stop_after_delay(PATIENCE_SECONDS), wait=wait_fixed(1), retry=retry_if_result(bool))(pending)
        except RetryError as error:
            missing = ", ".join(error.last_attempt.result())
            logs = Supervisor(here).logs
            raise InkstreamError(
                f"Not ready in {PATIENCE_SECONDS} s: {missing}. The logs in {logs} say why."
            ) from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m pipeline.local", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, command in (("run", run), ("start", background), ("status", status), ("stop", end)):
        commands.add_parser(name, help=command.__doc__).set_defaults(command=command)
    return parser


if __name__ == "__main__":
    sys.exit(main())
