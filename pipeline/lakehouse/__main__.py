"""Asks the lakehouse in SQL, or keeps the files of its tables in order.

Examples:
    python -m pipeline.lakehouse "SELECT number, count(*) FROM predictions GROUP BY 1"
    python -m pipeline.lakehouse compact
    python -m pipeline.lakehouse vacuum --retention-hours 24
    python -m pipeline.lakehouse tidy
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress

from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from pipeline.lakehouse import maintenance, printing
from pipeline.lakehouse.location import corrections_beside
from pipeline.lakehouse.query import VIEWS, query
from pipeline.lakehouse.table import NoTableYetError
from pipeline.settings import settings

MEGABYTE = 1024 * 1024
MOST = 1_000_000
"""A terabyte, or a hundred years: all that an option may say."""


def main(arguments: Sequence[str]) -> int:
    """Run one command line; status 1, and one sentence on stderr, if it could not be done."""
    chore = CHORES.get(arguments[0]) if arguments else None
    try:
        if chore:
            chore(arguments[1:])
        else:
            ask(arguments)
        sys.stdout.flush()
    except BrokenPipeError:  # its reader, `head` say, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (NoTableYetError, DeltaError, OSError, ValueError) as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return 1
    return 0


def ask(arguments: Sequence[str]) -> None:
    """Answer one SQL statement."""
    parser = _parser("", "Answer SQL over the lakehouse.")
    parser.epilog = f"As the first word, {', '.join(CHORES)} are chores, with a --help of their own."
    parser.add_argument("sql", help=f"one SELECT, in DuckDB's dialect, over the views {', '.join(VIEWS)}")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON array; bytes are base64")
    form.add_argument("--csv", action="store_true", help="print CSV; bytes are base64")
    options = parser.parse_args(arguments)
    answer = query(options.table, options.sql)
    if options.json:
        printing.print_json(answer)
    elif options.csv:
        printing.print_csv(answer)
    else:
        printing.print_table(answer)


def compact(arguments: Sequence[str]) -> None:
    """Put small files together."""
    parser = _parser("compact", "Put small Parquet files together; safe while the stream runs.")
    parser.add_argument(
        "--target-size",
        type=_from(1),
        metavar="MB",
        default=maintenance.TARGET_BYTES // MEGABYTE,
        help="about how large a file may become (default: %(default)d)",
    )
    options = parser.parse_args(arguments)
    done = [maintenance.compact(uri, options.target_size * MEGABYTE) for uri in _tables(options.table)]
    before, after = sum(each.before for each in done), sum(each.after for each in done)
    print(f"{before} files became {after}" if before else "the files are as few as can be already")


def vacuum(arguments: Sequence[str]) -> None:
    """Delete files that are no longer used."""
    parser = _parser("vacuum", "Delete files that the table no longer uses; safe while the stream runs.")
    parser.add_argument(
        "--retention-hours",
        type=_from(0),
        metavar="HOURS",
        default=maintenance.RETENTION_HOURS,
        help="keep a file this long after its last use, for queries that still read it (default: %(default)d)",
    )
    parser.add_argument(
        "--force",
        action="store_true",
        help=f"allow less than {maintenance.SHORTEST_RETENTION_HOURS} hour; right only if nobody reads or writes",
    )
    options = parser.parse_args(arguments)
    deleted = [maintenance.vacuum(uri, options.retention_hours, options.force) for uri in _tables(options.table)]
    print(f"{sum(deleted)} files deleted")


def tidy(arguments: Sequence[str]) -> None:
    """Compact if it is worth it, then vacuum; without a table there is nothing to do."""
    options = _parser("tidy", "Compact if there are many small files, then vacuum; the stack does it now and then.")
    with suppress(NoTableYetError):
        for uri in _tables(options.parse_args(arguments).table):
            compacted, deleted = maintenance.tidy(uri)
            if compacted.before or deleted:
                print(f"{compacted.before} files became {compacted.after}, {deleted} old files deleted")


CHORES = {"compact": compact, "vacuum": vacuum, "tidy": tidy}


def _tables(predictions: str) -> list[str]:
    """The tables to keep in order: that of predictions, and that of corrections once there is one."""
    corrections = corrections_beside(predictions)
    return [predictions, *([corrections] if DeltaTable.is_deltatable(corrections) else [])]


def _from(least: int) -> Callable[[str], int]:
    """The type of an option whose value is a whole number that is not less, and not beyond all measure."""

    def whole(text: str) -> int:
        number = int(text)
        if not least <= number <= MOST:
            raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from {least} to {MOST}")
        return number

    return whole


def _parser(chore: str, description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"python -m pipeline.lakehouse {chore}".strip(), description=description)
    parser.add_argument(
        "--table",
        metavar="URI",
        default=settings().lakehouse,
        help="the table of predictions: a folder, s3:// or gs:// (default: %(default)s)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
