"""Image files on their way: sent one by one, and told apart again when the answers come."""

import time
from collections.abc import Callable, Iterable

from pipeline.messages import Prediction
from producers.answers import AnswerReader, Message
from producers.image_files import Complain, ImageFileError, read_image
from producers.in_flight import DeliveryError
from producers.lines import prediction_line, rejection_json, sent_line
from producers.sender import DrawingSender

POLL_EVERY_SECONDS = 0.05
"""How often to look for answers while still sending; each look costs as much as sending several drawings."""


class Submission:
    """Sends files through ``sender`` and prints a line each: its answer if there is a ``reader``, else its id.

    What fails is a sentence to ``complain``; ``advance`` is called for each file that is done with.
    """

    def __init__(
        self,
        sender: DrawingSender,
        reader: AnswerReader | None,
        as_json: bool,
        complain: Complain,
        advance: Callable[[], None],
    ) -> None:
        self._sender = sender
        self._reader = reader
        self._as_json = as_json
        self._complain = complain
        self._advance = advance
        self._waiting: dict[str, str] = {}
        self._next_poll = 0.0

    def send(self, files: Iterable[str]) -> None:
        """Send every file that can be read; returns when Kafka has them."""
        for file in files:
            try:
                self._send(file, read_image(file))
            except ImageFileError as error:
                self._fail(str(error))
            self._poll_now_and_then()
        try:
            self._sender.flush()
        except DeliveryError as error:
            self._complain(str(error))

    def await_answers(self, seconds: float) -> None:
        """Print the answers as they arrive, until all are there or ``seconds`` have gone by."""
        deadline = time.monotonic() + seconds
        while self._waiting and (left := deadline - time.monotonic()) > 0:
            self._poll(min(left, 1.0))
        for file in self._waiting.values():
            self._fail(f"{file}: not answered within {seconds:g} s; make status tells whether the stream runs")
        self._waiting.clear()

    def _send(self, file: str, value: bytes) -> None:
        drawing_id = self._sender.send(value)
        if self._reader is None:
            print(sent_line(file, drawing_id, self._as_json), flush=True)
            self._advance()
        else:
            self._waiting[drawing_id] = file

    def _poll_now_and_then(self) -> None:
        if self._reader is not None and time.monotonic() >= self._next_poll:
            self._poll(0)
            self._next_poll = time.monotonic() + POLL_EVERY_SECONDS

    def _poll(self, timeout_seconds: float) -> None:
        for message in self._reader.poll(timeout_seconds) if self._reader else ():
            file = self._waiting.pop(message.drawing_id, None)
            if file is not None:
                self._print(file, message)

    def _print(self, file: str, message: Message) -> None:
        if isinstance(message, Prediction):
            print(prediction_line(file, message, self._as_json), flush=True)
            self._advance()
            return
        if self._as_json:
            print(rejection_json(file, message), flush=True)
        self._fail(f"{file}: rejected ({message.code}): {message.reason}")

    def _fail(self, sentence: str) -> None:
        self._complain(sentence)
        self._advance()
