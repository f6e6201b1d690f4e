"""Drawings to Kafka, so that the caller knows for certain: it has all of them, or none, or which."""

from collections.abc import Sequence
from http import HTTPStatus

from dashboard.api.errors import ApiError
from dashboard.api.waits import until_done
from dashboard.connection.outbox import OverloadedError
from dashboard.connection.question import Question
from dashboard.connection.stream import Stream

TAKEN_WITHIN_SECONDS = 3.0
CERTAIN_WITHIN_SECONDS = 20.0
"""For what has left and is not acknowledged: a broker that is started again within this time has it."""
RETRY_SECONDS = 3


async def hand_over(drawings: Sequence[bytes], source: str, stream: Stream) -> list[Question]:
    """Put drawings on Kafka; returns once it has acknowledged them all.

    Raises:
        ApiError: 429 if Kafka gets none of them; 503 if it has, or may have, some, with what is known of each.
    """
    try:
        questions = stream.ask_all(drawings, source)
    except OverloadedError as error:
        raise back_pressure(str(error)) from error
    await until_done((question.sending for question in questions), TAKEN_WITHIN_SECONDS)
    refused = {question for question in questions if not question.sent and stream.withdraw(question)}
    if len(refused) == len(questions):
        raise back_pressure(f"{stream.trouble or 'Kafka takes no drawings in time.'} Nothing was sent.")
    await until_done((question.sending for question in set(questions) - refused), CERTAIN_WITHIN_SECONDS)
    if not all(question.sent for question in questions):
        raise _unconfirmed([_fate(question, refused) for question in questions])
    stream.remember(questions)  # whoever asks for one by its id is answered from memory
    return questions


def back_pressure(sentence: str) -> ApiError:
    """Kafka gets none of it: the caller is to come again."""
    return ApiError(HTTPStatus.TOO_MANY_REQUESTS, "overloaded", sentence, RETRY_SECONDS)


def _unconfirmed(drawings: list[dict[str, str]]) -> ApiError:
    sentence = (
        "Kafka has not acknowledged every drawing: the pending ones arrived, the refused ones never will, and the "
        "unconfirmed ones may have; ask for these by their ids before sending them again."
    )
    return ApiError(HTTPStatus.SERVICE_UNAVAILABLE, "unconfirmed", sentence, RETRY_SECONDS, drawings=drawings)


def _fate(question: Question, refused: set[Question]) -> dict[str, str]:
    status = "pending" if question.sent else "refused" if question in refused else "unconfirmed"
    return {"id": question.id, "status": status}
