"""The one connection of this server to Kafka: drawings go out, each answer comes back to whoever asked.

Pure Python, no Streamlit: sessions and the HTTP API call `Stream.ask` and wait on the `Question` they get. One thread
sends what is in the outbox, and one reads the answers to everybody's drawings.
"""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from weakref import WeakValueDictionary

from dashboard.connection.correcting import Correcting, correcting
from dashboard.connection.letter import Letter
from dashboard.connection.listening import Listening
from dashboard.connection.outbox import Outbox
from dashboard.connection.posting import Posting
from dashboard.connection.question import DASHBOARD, Question
from dashboard.connection.recent import RecentAnswers
from pipeline.recognition.image_limits import MAX_BYTES
from pipeline.settings import Settings
from producers.answers import Answer, Unread

Listener = Callable[[list[Answer]], None]
REMEMBERED = 5_000
RESUMES = "What was drawn is kept and sent as soon as it is back."

log = logging.getLogger(__name__)


class Stream:
    """Sends drawings and hands out their answers, for all sessions of this process.

    It connects in the background, and anew whenever the connection breaks, so it can be made while Kafka is still
    away. Only the sessions hold their questions: one that nobody holds any more is forgotten by itself.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._waiting: WeakValueDictionary[str, Question] = WeakValueDictionary()
        self._remembered: deque[Question] = deque(maxlen=REMEMBERED)
        self._listeners: list[Listener] = []
        self._outbox = Outbox(settings.outbox_drawings, settings.outbox_mebibytes * 2**20)
        self.recent = RecentAnswers(settings.recent_answers, settings.recent_mebibytes * 2**20)
        self._posting = Posting(settings, self._outbox)
        self._listening = Listening(settings, settings.recent_seconds, settings.recent_answers, self._deliver)

    @property
    def alive(self) -> bool:
        """Whether it is connected, or still trying to be."""
        return self._posting.alive and self._listening.alive

    @property
    def connected(self) -> bool:
        """Whether drawings reach Kafka and answers come back at this moment."""
        return not self.trouble

    @property
    def trouble(self) -> str:
        """What is away and what happens next, in plain words; "" if nothing is."""
        if what := self._listening.trouble or self._posting.trouble:
            return f"{what}. {RESUMES}"
        return f"Kafka at {self._settings.kafka} is slow to take drawings. {RESUMES}" if self._outbox.stuck else ""

    def ask(self, drawing: bytes, source: str = DASHBOARD) -> Question:
        """Have a drawing, an image file, read; it leaves as soon as Kafka is there, while somebody holds the question.

        Raises:
            ValueError: it is larger than a drawing may be.
            OverloadedError: too many are waiting for Kafka already.
        """
        return self.ask_all([drawing], source)[0]

    def ask_all(self, drawings: Sequence[bytes], source: str = DASHBOARD) -> list[Question]:
        """The same for several drawings: all of them or, if one cannot be asked, none.

        Raises:
            ValueError: one is larger than a drawing may be.
            OverloadedError: with them too many would be waiting for Kafka.
        """
        for drawing in drawings:
            if len(drawing) > MAX_BYTES:
                raise ValueError(f"{len(drawing):,} bytes are more than the {MAX_BYTES:,} that a drawing may have.")
        questions = [Question(drawing, source) for drawing in drawings]
        self._waiting.update((question.id, question) for question in questions)
        self._outbox.put(self._settings.drawings_topic, *questions)
        return questions

    def remember(self, questions: Sequence[Question]) -> None:
        """Hold the last few thousand questions that Kafka has, without their drawings, though nobody else does."""
        for question in questions:
            question.let_go_of_the_drawing()
        self._remembered.extend(questions)

    def asked(self, drawing_id: str) -> Question | None:
        """A question of this process that somebody still holds."""
        return self._waiting.get(drawing_id)

    def withdraw(self, question: Letter) -> bool:
        """Do not send it; True if it certainly never reaches Kafka, False if it may have."""
        return self._outbox.withdraw(question)

    def correct(self, drawing_id: str, number: str, read: str, source: str = DASHBOARD) -> Correcting:
        """Tell the stream what a drawing really says; it is sent even if nobody holds what this returns.

        Raises:
            ValueError: the number is no digits, or the id is none.
            OverloadedError: too much is waiting for Kafka already.
        """
        letter = correcting(drawing_id, number, read, source)
        self._outbox.put(self._settings.corrections_topic, letter, keep=True)
        return letter

    def add_listener(self, listener: Listener) -> None:
        """Have every batch of answers as it is read, those of the last minutes first; called by the reading thread."""
        self._listeners.append(listener)

    def close(self) -> None:
        """Disconnect and end the threads; what has not been sent by then is not sent."""
        self._posting.close()
        self._listening.close()

    def _deliver(self, arrived: list[Unread]) -> None:
        self.recent.add(arrived)
        if self._waiting:
            for unread in arrived:
                if (question := self._waiting.get(unread.drawing_id)) and (answer := unread.read()):
                    question.settle(*answer)
        if self._listeners:
            self._tell([answer for unread in arrived if (answer := unread.read())])

    def _tell(self, answers: list[Answer]) -> None:
        for listener in self._listeners:
            try:
                listener(answers)
            except Exception:  # a page's mistake must not cost the others their answers
                log.exception("a listener failed")
