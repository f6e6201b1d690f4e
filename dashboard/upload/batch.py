"""The files of one upload, sent at a pace that Kafka and this machine's memory can keep."""

from collections import Counter, deque
from threading import RLock
from typing import NamedTuple

from dashboard.connection.outbox import OverloadedError
from dashboard.connection.question import Question
from dashboard.connection.stream import Stream
from dashboard.upload.archive import ArchiveError
from dashboard.upload.entry import Entry, Status
from dashboard.upload.intake import Intake
from dashboard.upload.labels import label_of
from dashboard.upload.limits import MOST_BYTES, MOST_FILES
from dashboard.upload.thumbnail import thumbnail

SOURCE = "upload"
MOST_UNDER_WAY = 500
MOST_BYTES_UNDER_WAY = 64 * 2**20
"""Drawings that are held in memory until their answers come: others wait in their files."""

TOO_MUCH = f"The batch holds more than {MOST_BYTES // 2**30} GiB of images, unpacked: upload the rest by itself."


class Counts(NamedTuple):
    """How many files are where; ``labelled`` are those answered of which it is known what they show."""

    files: int
    read: int
    rejected: int
    not_sent: int
    pending: int
    labelled: int
    right: int

    @property
    def done(self) -> int:
        """Files of which nothing more is to come."""
        return self.files - self.pending


class Batch:
    """Files on their way. One thread sends them by `advance`, others may look at any time."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.notes: list[str] = []
        self.held_back = ""
        self._labels: dict[str, str] = {}
        self._waiting: deque[Entry] = deque()
        self._under_way: list[Entry] = []
        self._bytes_under_way = 0
        self._bytes_read = 0
        self._lock = RLock()

    @property
    def pending(self) -> bool:
        """Whether an answer is still to come."""
        return bool(self._waiting or self._under_way)

    def add(self, intake: Intake) -> None:
        """Add what an upload holds; labels count for files that are there already, too."""
        with self._lock:
            room = max(0, MOST_FILES - len(self.entries))
            new = [Entry(image.name, image.read) for image in intake.images[:room]]
            self._labels |= intake.labels
            self.entries += new
            self._waiting += new
            for entry in self.entries:
                entry.label = label_of(entry.name, self._labels)
            self.notes += _notes(intake, len(intake.images) - len(new))

    def clear(self) -> None:
        """Forget all files; what Kafka does not have yet is not sent."""
        with self._lock:
            for entries in (self.entries, self.notes, self._waiting, self._under_way):
                entries.clear()
            self._labels.clear()
            self._bytes_under_way = self._bytes_read = 0
            self.held_back = ""

    def advance(self, stream: Stream) -> bool:
        """Take the answers that have come and send the next file; whether there was one to send, and room for it."""
        self.collect()
        entry = self._next()
        if entry is None:
            return False
        question = self._ask(entry, stream)
        if question:
            entry.send(question, thumbnail(question.drawing))
        elif entry.status is Status.WAITING:
            return False
        self._passed(entry)
        return True

    def collect(self) -> None:
        """Take the answers that have come."""
        with self._lock:
            held = [(entry, len(entry.question.drawing)) for entry in self._under_way if entry.question]
            self._under_way = [entry for entry, _ in held if not entry.settle()]
            self._bytes_under_way = sum(size for entry, size in held if entry.question)

    def counts(self) -> Counts:
        """How many files are where at this moment."""
        with self._lock:
            by_status = Counter(entry.status for entry in self.entries)
            verdicts = [entry.right for entry in self.entries if entry.right is not None]
        return Counts(
            files=by_status.total(),
            read=by_status[Status.READ],
            rejected=by_status[Status.REJECTED],
            not_sent=by_status[Status.NOT_SENT],
            pending=by_status[Status.WAITING] + by_status[Status.ON_ITS_WAY],
            labelled=len(verdicts),
            right=sum(verdicts),
        )

    def _next(self) -> Entry | None:
        with self._lock:
            room = len(self._under_way) < MOST_UNDER_WAY and self._bytes_under_way < MOST_BYTES_UNDER_WAY
            return self._waiting[0] if self._waiting and room else None

    def _ask(self, entry: Entry, stream: Stream) -> Question | None:
        """Send the file; if that cannot be, the entry says why it never is, or it goes on waiting."""
        if self._bytes_read > MOST_BYTES:
            entry.give_up(TOO_MUCH)
            return None
        try:
            value = entry.read() if entry.read else b""
            entry.read = lambda: value  # it need not be unpacked again if it has to wait
            question = stream.ask(value, SOURCE)
        except OverloadedError as error:
            self.held_back = str(error)
            return None
        except (ArchiveError, ValueError) as error:
            entry.give_up(str(error))
            return None
        self.held_back = ""
        return question

    def _passed(self, entry: Entry) -> None:
        """The entry waits no longer; nothing if the batch was cleared meanwhile."""
        with self._lock:
            if self._waiting and self._waiting[0] is entry:
                self._waiting.popleft()
                if question := entry.question:
                    self._under_way.append(entry)
                    self._bytes_read += len(question.drawing)
                    self._bytes_under_way += len(question.drawing)


def _notes(intake: Intake, left_out: int) -> list[str]:
    notes = list(intake.troubles)
    if intake.passed_over:
        notes.append(f"Passed over, as no images going by their names: {intake.passed_over:,} of the files.")
    if left_out:
        notes.append(f"Left out, as {MOST_FILES:,} are the most at once: {left_out:,} images. Upload them afterwards.")
    if not (intake.images or notes):
        notes.append("There is no image in what was uploaded.")
    return notes
