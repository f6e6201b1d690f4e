import gc
import weakref

import pytest

from dashboard.connection.letter import Letter
from dashboard.connection.outbox import Departure, Outbox, OverloadedError

AT_ONCE = 0.0


def letter(name: str, size: int = 1) -> Letter:
    return Letter(name, bytes(size), [])


def take(outbox: Outbox) -> Departure:
    departure = outbox.take(AT_ONCE)
    assert departure
    return departure


@pytest.fixture
def outbox() -> Outbox:
    return Outbox(max_letters=3, max_bytes=100)


def test_letters_leave_in_their_order_with_their_topics(outbox: Outbox) -> None:
    first, second = letter("first"), letter("second")
    outbox.put("drawings", first)
    outbox.put("corrections", second)
    assert [(one.letter, one.envelope.topic) for one in (take(outbox), take(outbox))] == [
        (first, "drawings"),
        (second, "corrections"),
    ]
    assert outbox.take(AT_ONCE) is None


def test_an_acknowledged_letter_is_sent_and_makes_room(outbox: Outbox) -> None:
    one = letter("one")
    outbox.put("drawings", one)
    departure = take(outbox)
    assert (len(outbox), one.sent) == (1, False)
    outbox.acknowledge(departure.envelope)
    assert (len(outbox), one.sent) == (0, True)


def test_what_is_given_back_is_the_next_to_leave(outbox: Outbox) -> None:
    letters = [letter("first"), letter("second"), letter("third")]
    outbox.put("drawings", *letters)
    first, second = take(outbox), take(outbox)
    outbox.give_all_back()
    assert not first.letter.sent
    assert [take(outbox).letter for _ in letters] == letters
    outbox.give_back(second.envelope)
    assert take(outbox).letter is second.letter


def test_a_late_acknowledgement_counts_and_nothing_is_sent_twice(outbox: Outbox) -> None:
    one = letter("one")
    outbox.put("drawings", one)
    departure = take(outbox)
    outbox.give_back(departure.envelope)
    outbox.acknowledge(departure.envelope)
    outbox.acknowledge(departure.envelope)
    assert one.sent
    assert outbox.take(AT_ONCE) is None
    assert len(outbox) == 0


@pytest.mark.parametrize(("count", "size"), [(4, 1), (2, 60)], ids=["number", "bytes"])
def test_there_is_room_for_all_or_none(outbox: Outbox, count: int, size: int) -> None:
    letters = [letter(str(one), size) for one in range(count)]
    with pytest.raises(OverloadedError, match="try again"):
        outbox.put("drawings", *letters)
    assert outbox.take(AT_ONCE) is None
    outbox.put("drawings", letters[0])
    assert take(outbox).letter is letters[0]


def test_what_is_under_way_takes_room_until_it_is_acknowledged(outbox: Outbox) -> None:
    large = letter("large", 100)
    outbox.put("drawings", large)
    departure = take(outbox)
    with pytest.raises(OverloadedError):
        outbox.put("drawings", letter("more"))
    outbox.acknowledge(departure.envelope)
    outbox.put("drawings", letter("more"))


def test_forgotten_letters_do_not_leave_and_give_way_to_others(outbox: Outbox) -> None:
    outbox.put("drawings", letter("forgotten", 50))
    outbox.put("drawings", letter("forgotten", 50))
    gc.collect()
    held = letter("held", 100)
    outbox.put("drawings", held)
    assert take(outbox).letter is held


def test_a_forgotten_letter_under_way_still_makes_room_in_the_end(outbox: Outbox) -> None:
    one = letter("one", 100)
    outbox.put("drawings", one)
    envelope = take(outbox).envelope
    del one
    gc.collect()
    outbox.acknowledge(envelope)
    other = letter("other", 100)
    outbox.put("drawings", other)
    assert take(outbox).letter is other


def test_kept_letters_leave_though_nobody_holds_them(outbox: Outbox) -> None:
    outbox.put("corrections", letter("kept"), keep=True)
    gc.collect()
    assert take(outbox).letter.key == "kept"


@pytest.mark.parametrize("withdrawn", [False, True], ids=["acknowledged", "withdrawn"])
def test_a_kept_letter_is_let_go_in_the_end(outbox: Outbox, withdrawn: bool) -> None:
    one = letter("kept")
    outbox.put("corrections", one, keep=True)
    if withdrawn:
        assert outbox.withdraw(one)
    else:
        outbox.acknowledge(take(outbox).envelope)
    assert not outbox.withdraw(one)
    remembered = weakref.ref(one)
    del one
    gc.collect()
    assert remembered() is None


def test_only_what_has_never_left_can_be_withdrawn(outbox: Outbox) -> None:
    waiting, left, back = letter("waiting"), letter("left"), letter("back")
    outbox.put("drawings", back, left, waiting)
    departure = take(outbox)
    assert take(outbox).letter is left
    outbox.give_back(departure.envelope)
    assert [outbox.withdraw(one) for one in (back, left, waiting, letter("stranger"))] == [False, False, True, False]
    assert take(outbox).letter is back
    assert outbox.take(AT_ONCE) is None


def test_an_overdue_acknowledgement_holds_the_rest_back(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = letter("first"), letter("second")
    outbox.put("drawings", first, second)
    departure = take(outbox)
    assert not outbox.stuck
    monkeypatch.setattr("dashboard.connection.outbox.STUCK_SECONDS", -1.0)
    assert outbox.stuck
    assert outbox.take(AT_ONCE) is None
    outbox.acknowledge(departure.envelope)
    assert take(outbox).letter is second


def test_only_so_much_is_under_way(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.connection.outbox.MOST_UNDER_WAY", 1)
    first, second = letter("first"), letter("second")
    outbox.put("drawings", first, second)
    departure = take(outbox)
    assert outbox.take(AT_ONCE) is None
    outbox.acknowledge(departure.envelope)
    assert take(outbox).letter is second


def test_waking_ends_one_wait(outbox: Outbox) -> None:
    outbox.wake()
    assert outbox.take(timeout_seconds=1_000) is None
