import uuid
from collections.abc import Callable

import pytest

from pipeline.messages import Prediction
from producers.answers import Answer
from producers.ledger import REJECTED, RIGHT, UNANSWERED, WRONG, Ledger

Predict = Callable[..., Prediction]


def test_ids_are_distinct_random_uuids() -> None:
    ids = {ledger.drawing_id(row) for ledger in (Ledger(500, ["1"]), Ledger(500, ["1"])) for row in range(500)}
    assert len(ids) == 1_000
    assert {uuid.UUID(drawing_id).version for drawing_id in ids} == {4}


def test_each_answer_finds_the_row_of_its_drawing(prediction: Predict) -> None:
    ledger = Ledger(300, ["1"])
    answers = [Answer(prediction(ledger.drawing_id(row)), row + 1) for row in (299, 0, 7)]
    assert ledger.enter(answers) == 3
    assert {row: ledger.answered_at[row] for row in (299, 0, 7)} == {299: 300, 0: 1, 7: 8}
    assert (ledger.answered_at != 0).sum() == 3


def test_ids_that_end_in_zero_bytes_are_found_too(prediction: Predict) -> None:
    ledger = Ledger(20_000, ["1"])
    row = next(row for row in range(len(ledger)) if ledger.drawing_id(row).endswith("00"))
    assert ledger.enter([Answer(prediction(ledger.drawing_id(row)), 9)]) == 1
    assert ledger.answered_at[row] == 9


def test_numbers_are_compared_with_the_labels_which_start_again(prediction: Predict, rejection: Callable) -> None:
    ledger = Ledger(5, ["12", "3"])
    said = ["12", "3", "3", "3"]
    ledger.enter(Answer(prediction(ledger.drawing_id(row), number), 1) for row, number in enumerate(said))
    ledger.enter([Answer(rejection(ledger.drawing_id(4)), 1)])
    assert ledger.outcomes.tolist() == [RIGHT, RIGHT, WRONG, RIGHT, REJECTED]


@pytest.mark.parametrize("together", [True, False], ids=["in one poll", "in two"])
def test_a_repeat_is_counted_and_changes_nothing(prediction: Predict, together: bool) -> None:
    ledger = Ledger(2, ["7"])
    first = Answer(prediction(ledger.drawing_id(1), "7"), 10)
    repeat = Answer(prediction(ledger.drawing_id(1), "8"), 20)
    batches = [[first, repeat]] if together else [[first], [repeat]]
    assert sum(ledger.enter(batch) for batch in batches) == 1
    assert (ledger.answered_at[1], ledger.outcomes[1], ledger.repeats) == (10, RIGHT, 1)


@pytest.mark.parametrize("stranger", ["", "drawings-0-17", "é", str(uuid.UUID(int=2**128 - 1)), str(uuid.UUID(int=0))])
def test_answers_to_others_are_passed_over(prediction: Predict, stranger: str) -> None:
    ledger = Ledger(3, ["7"])
    assert ledger.enter([Answer(prediction(stranger), 1)]) == 0
    assert ledger.outcomes.tolist() == [UNANSWERED] * 3
    assert ledger.repeats == 0


def test_each_drawing_has_its_label_and_labels_start_again() -> None:
    assert [Ledger(5, ["12", "3"]).number(row) for row in range(5)] == ["12", "3", "12", "3", "12"]


def test_nothing_new_is_no_answer() -> None:
    assert Ledger(3, ["7"]).enter([]) == 0
