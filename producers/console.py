"""What the commands of this folder have in common: progress on stderr, options, and how they end."""

import argparse
import math
import os
import sys
from collections.abc import Callable

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from producers.broker import KafkaUnavailableError
from producers.in_flight import DeliveryError

FAILED = 1
INTERRUPTED = 130
"""What a shell reports of a program ended by Ctrl-C."""


class CommandError(RuntimeError):
    """The command cannot go on; the message says why and what to do."""


def ended(command: Callable[[], int]) -> int:
    """The exit status of ``command``, its expected failures told in one sentence on stderr."""
    try:
        return command()
    except (CommandError, DeliveryError, KafkaUnavailableError) as error:
        complain(str(error))
        return FAILED
    except BrokenPipeError:  # the reader of our output has gone, as `head` does; spare the final flush the same
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED


def complain(sentence: str) -> None:
    """A sentence on stderr."""
    print(sentence.encode(errors="backslashreplace").decode(), file=sys.stderr)


def progress_bars(worthwhile: bool = True) -> Progress:
    """Bars on stderr, where that is a terminal and they are ``worthwhile``."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        redirect_stdout=sys.stdout.isatty(),  # elsewhere stdout is data, which must not go to the bars' console
        disable=not (worthwhile and sys.stderr.isatty()),
    )


def positive(text: str) -> float:
    """An option's value: a number above zero.

    Raises:
        argparse.ArgumentTypeError: it is something else.
    """
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not (0 < number < math.inf):
        raise argparse.ArgumentTypeError(f"'{text}' is not a number above zero")
    return number


def whole(text: str) -> int:
    """An option's value: a whole number above zero.

    Raises:
        argparse.ArgumentTypeError: it is something else.
    """
    number = positive(text)
    if not number.is_integer():
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number")
    return int(number)
