"""What became of the files of a batch: chosen, sorted, and as CSV."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from dashboard.upload.entry import Entry, Status

HEADER = ("file", "number", "confidence", "status", "reason", "id", "milliseconds")
LABELLED = ("label", "right")

CHOICES: dict[str, Callable[[Entry], bool]] = {
    "All": lambda _: True,
    "Read": lambda entry: entry.status is Status.READ,
    "Not read": lambda entry: entry.status in (Status.REJECTED, Status.NOT_SENT),
    "Pending": lambda entry: entry.status in (Status.WAITING, Status.ON_ITS_WAY),
}
WRONG = "Wrong"
WRONG_CHOICE: dict[str, Callable[[Entry], bool]] = {WRONG: lambda entry: entry.right is False}

AS_UPLOADED = "As uploaded"
ORDERS: dict[str, Callable[[Entry], Any] | None] = {
    AS_UPLOADED: None,
    "Least certain first": lambda entry: (entry.confidence is None, entry.confidence or 0),
    "By number": lambda entry: (entry.number is None, len(entry.number or ""), entry.number or ""),
    "By file": lambda entry: entry.name,
    "Slowest first": lambda entry: -(entry.milliseconds or 0),
}


def chosen(entries: Iterable[Entry], choice: str, order: str) -> list[Entry]:
    """The entries of a choice, in an order; those that lack what they are sorted by come last."""
    found = [entry for entry in entries if (CHOICES | WRONG_CHOICE)[choice](entry)]
    key = ORDERS[order]
    return sorted(found, key=key) if key else found


def comma_separated(entries: Sequence[Entry]) -> bytes:
    """All files as CSV in UTF-8, one a line, in the order of upload; with labels, if any is known, two columns more."""
    file = io.StringIO()
    lines = csv.writer(file, lineterminator="\n")
    labelled = any(entry.label is not None for entry in entries)
    lines.writerow(HEADER + LABELLED if labelled else HEADER)
    for entry in entries:
        row = [entry.name, entry.number, entry.confidence, entry.status.value]
        row += [entry.reason, entry.id, entry.milliseconds]
        lines.writerow([*row, entry.label, entry.right] if labelled else row)
    return file.getvalue().encode()
