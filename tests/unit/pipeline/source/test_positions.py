import pytest
from apache_beam.runners.sdf_utils import RestrictionTrackerView, ThreadsafeRestrictionTracker

from pipeline.source.positions import (
    BEGINNING,
    Positions,
    PositionsCoder,
    PositionsProvider,
    PositionsTracker,
)

POSITIONS = Positions({("drawings", 1): 42, ("a-b.c", 0): 2**40, ("drawings", 0): 0})
AGAIN = POSITIONS._replace(again={("drawings", 0): 7, ("drawings", 1): 50})


@pytest.mark.parametrize("positions", [POSITIONS, Positions({}), AGAIN])
def test_positions_survive_a_checkpoint(positions: Positions) -> None:
    coder = PositionsCoder()

    assert coder.decode(coder.encode(positions)) == positions


def test_the_same_positions_are_the_same_bytes() -> None:
    turned = Positions(dict(reversed(POSITIONS.next.items())))

    assert PositionsCoder().encode(turned) == PositionsCoder().encode(POSITIONS)


def test_a_share_begins_where_it_is_told_to() -> None:
    assert PositionsProvider(BEGINNING).initial_restriction(b"0/1/0") == BEGINNING
    assert PositionsProvider(POSITIONS).initial_restriction(b"0/1/0") == POSITIONS
    assert PositionsProvider(POSITIONS).initial_restriction(b"1/2/0") == Positions({("drawings", 1): 42})
    own = Positions({("drawings", 1): 42}, again={("drawings", 1): 50})
    assert PositionsProvider(AGAIN).initial_restriction(b"1/2/0") == own


def turn(positions: Positions) -> tuple[ThreadsafeRestrictionTracker, RestrictionTrackerView]:
    """A turn as Beam leads it."""
    tracker = ThreadsafeRestrictionTracker(PositionsProvider(BEGINNING).create_tracker(positions))
    return tracker, RestrictionTrackerView(tracker)


@pytest.mark.parametrize("before", [POSITIONS, Positions({}), AGAIN])
def test_a_turn_leaves_the_rest_to_the_next_one_even_where_nothing_was_read(before: Positions) -> None:
    tracker, view = turn(before)

    view.defer_remainder()

    tracker.check_done()
    left, delay = tracker.deferred_status() or pytest.fail("Beam would never read this share again")
    assert (left, delay.micros <= 0) == (before, True)


def test_the_next_turn_begins_behind_what_was_read() -> None:
    tracker, view = turn(POSITIONS)

    assert view.try_claim({("drawings", 1): 50, ("drawings", 7): 3})
    view.defer_remainder()

    left, _ = tracker.deferred_status() or pytest.fail("nothing left")
    assert left == Positions({**POSITIONS.next, ("drawings", 1): 50, ("drawings", 7): 3})
    assert POSITIONS.next["drawings", 1] == 42
    assert not left.again
    assert not view.try_claim({("drawings", 1): 51})


def test_what_is_read_again_is_so_in_the_next_turn_too() -> None:
    tracker, view = turn(Positions({}, AGAIN.again))

    view.try_claim({("drawings", 1): 50})
    view.defer_remainder()

    left, _ = tracker.deferred_status() or pytest.fail("nothing left")
    assert left == Positions({("drawings", 1): 50}, AGAIN.again)


def test_a_share_is_never_cut_in_two() -> None:
    tracker = PositionsTracker(POSITIONS)

    assert tracker.try_split(0.5) is None
    assert tracker.try_split(0) is not None
    assert tracker.try_split(0) is None


def test_a_turn_that_leaves_the_rest_to_nobody_is_an_error() -> None:
    with pytest.raises(ValueError, match="nobody"):
        PositionsTracker(POSITIONS).check_done()


def test_there_is_no_end() -> None:
    assert not PositionsTracker(POSITIONS).is_bounded()
