"""Send image files to the stream, and with ``--wait`` print what it reads in them.

python -m producers.submit --wait 30 digit.png 'scans/*.jpg' more-scans/
"""

import argparse
import sys
from contextlib import ExitStack

from pipeline.settings import settings
from producers.answers import AnswerReader
from producers.console import FAILED, complain, ended, positive, progress_bars
from producers.image_files import find_images
from producers.sender import DrawingSender
from producers.submission import Submission

MANY = 20
"""More files than this are worth a progress bar."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    options = _parser().parse_args(arguments)
    return ended(lambda: submit(options.files, options.wait, options.json))


def submit(arguments: list[str], wait_seconds: float | None, as_json: bool) -> int:
    """Send what ``arguments`` name; the exit status tells whether all of it went well."""
    sentences = 0

    def count_and_complain(sentence: str) -> None:
        nonlocal sentences
        sentences += 1
        complain(sentence)

    if files := find_images(arguments, count_and_complain):
        with ExitStack() as stack:
            reader = stack.enter_context(AnswerReader(settings())) if wait_seconds else None
            sender = stack.enter_context(DrawingSender(settings(), source="submit"))
            bars = stack.enter_context(progress_bars(len(files) > MANY))
            bar = bars.add_task("Answered" if reader else "Sent", total=len(files))
            submission = Submission(sender, reader, as_json, count_and_complain, lambda: bars.advance(bar))
            submission.send(files)
            if wait_seconds:
                submission.await_answers(wait_seconds)
    return FAILED if sentences else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m producers.submit",
        description="Send image files to the stream, and print what it reads in them.",
        epilog="Prints FILE<TAB>ID, or with --wait FILE<TAB>NUMBER<TAB>CONFIDENCE; tabs, newlines and backslashes in "
        "file names are escaped. The exit status is 1 when a drawing was rejected or not answered in time.",
    )
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="image file, wildcard, folder (with its subfolders), or - for stdin"
    )
    parser.add_argument(
        "--wait",
        type=positive,
        metavar="SECONDS",
        help="print each answer as it arrives, up to this long after the last drawing is sent (default: do not wait)",
    )
    parser.add_argument("--json", action="store_true", help="print a JSON object a line (default: columns)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
