"""What the bench's commands have in common: how they end, where they keep their servers' files, what they print."""

import argparse
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
from confluent_kafka import KafkaException
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from bench.measure import Advance
from pipeline.errors import InkstreamError
from pipeline.mnist import DatasetError

FAILED, INTERRUPTED = 1, 130
console = Console(stderr=True, highlight=False)


def ended(command: Callable[[argparse.Namespace], None], options: argparse.Namespace) -> int:
    """The exit status of a command; however it is told to end, no process of its own stays behind."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        command(options)
    except KeyboardInterrupt:
        return INTERRUPTED
    except (InkstreamError, DatasetError, FileNotFoundError, KafkaException) as error:
        tell(str(error), "red")
        return FAILED
    return 0


@contextmanager
def scratch(kept: Path | None) -> Iterator[Path]:
    """A folder for logs, topics and tables: one that is to be ``kept``, else a temporary one.

    Raises:
        InkstreamError: there is something in that folder; an old broker's topics would be read once more.
    """
    if kept:
        if kept.exists() and any(kept.iterdir()):
            raise InkstreamError(f"{kept} is not empty: name another folder with --keep")
        yield kept.resolve()
    else:
        with tempfile.TemporaryDirectory(prefix="inkstream-bench-") as folder:
            yield Path(folder)


def add_scratch(parser: argparse.ArgumentParser) -> None:
    """Give a command the option that says which folder."""
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="an empty folder for logs and topics, to look at afterwards"
    )


@contextmanager
def progress(title: str) -> Iterator[Advance]:
    """A bar on stderr for one measurement, which names its phase."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        bar = bars.add_task(title, total=None)

        def advance(phase: str, done: int, total: int) -> None:
            bars.update(bar, description=f"{title}: {phase}", completed=done, total=total)

        yield advance


def tell(sentence: str, style: str = "") -> None:
    """A line on stderr."""
    console.print(Text(sentence, style=style), soft_wrap=True)


def print_json(result: object) -> None:
    """One JSON object as the last line of stdout."""
    print(orjson.dumps(result).decode(), flush=True)


def whole(text: str) -> int:
    """An option's value: a whole number above zero.

    Raises:
        argparse.ArgumentTypeError: it is something else.
    """
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number above zero")
    return int(text)
