from dashboard.question import Question
from tests.unit.dashboard.fake_kafka import prediction


def test_time_stands_still_once_it_is_answered() -> None:
    question = Question(b"drawing")
    before = question.seconds
    assert question.seconds > before
    question.settle(prediction(question.id))
    assert question.seconds == question.seconds
    assert question.answer == prediction(question.id)


def test_waiting_says_whether_the_answer_is_there() -> None:
    question = Question(b"drawing")
    assert not question.wait(0)
    question.settle(prediction(question.id))
    assert question.wait(0)


def test_every_question_has_an_id_of_its_own() -> None:
    assert len({Question(b"same").id for _ in range(100)}) == 100
