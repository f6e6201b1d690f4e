from dashboard.connection.recent import RecentAnswers
from producers.answers import Answer, Unread
from tests.unit.dashboard.fake_kafka import prediction, rejection, unread


def foreign(drawing_id: str, size: int = 1) -> Unread:
    """A record that is no answer."""
    return unread(prediction(drawing_id))._replace(value=bytes(size))


def test_an_answer_is_found_by_its_drawings_id() -> None:
    recent = RecentAnswers(10, 10_000)
    recent.add([unread(prediction("a"), 5), unread(rejection("b"), 6)])
    assert recent.get("a") == Answer(prediction("a"), 5)
    assert recent.get("b") == Answer(rejection("b"), 6)
    assert recent.get("c") is None


def test_the_newest_come_first_and_once_each() -> None:
    recent = RecentAnswers(10, 10_000)
    recent.add([unread(prediction("a", "1")), unread(prediction("b"))])
    recent.add([unread(prediction("a", "2"))])
    assert [answer.message for answer in recent.newest(5)] == [prediction("a", "2"), prediction("b")]
    assert [answer.message.drawing_id for answer in recent.newest(1)] == ["a"]


def test_the_oldest_go_when_there_are_too_many() -> None:
    recent = RecentAnswers(2, 10_000)
    recent.add([unread(prediction(name)) for name in "abc"])
    assert [answer.message.drawing_id for answer in recent.newest(5)] == ["c", "b"]
    assert recent.get("a") is None


def test_the_oldest_go_when_they_are_too_large() -> None:
    size = len(unread(prediction("a")).value)
    recent = RecentAnswers(10, 2 * size)
    for name in "abbbc":
        recent.add([unread(prediction(name))])
    assert [answer.message.drawing_id for answer in recent.newest(5)] == ["c", "b"]


def test_a_giant_is_not_kept_and_its_predecessor_is_not_shown_for_it() -> None:
    recent = RecentAnswers(10, 10_000_000)
    recent.add([unread(prediction("a")), foreign("a", 2_000_000)])
    assert recent.get("a") is None
    assert len(recent) == 0


def test_what_is_no_answer_is_passed_over() -> None:
    recent = RecentAnswers(10, 10_000)
    recent.add([foreign("a"), unread(prediction("b"))])
    assert recent.get("a") is None
    assert [answer.message.drawing_id for answer in recent.newest(5)] == ["b"]
