"""Progress bars on standard error, so that standard output holds results alone."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

Item = TypeVar("Item")
stderr = Console(stderr=True)


def bar(shown: bool = True) -> Progress:
    """A progress bar with a title, how many of how many, the time so far and the time left; or one that is mute."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=stderr,
        disable=not shown,
    )


def tracked(items: Sequence[Item], title: str) -> Iterator[Item]:
    """The items, one by one, and a progress bar meanwhile."""
    with bar() as progress:
        yield from progress.track(items, description=title)
