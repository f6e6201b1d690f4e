from dashboard.explore.paging import Paging
from dashboard.stored.filters import Filters


def test_pages_are_turned_on_and_back_and_begin_anew_with_other_filters():
    paging = Paging()
    paging.show(Filters(), "Newest first")
    paging.turn((1,))
    paging.turn((2,))
    assert (paging.number, paging.after) == (3, (2,))
    paging.show(Filters(), "Newest first")
    paging.turn_back()
    assert (paging.number, paging.after) == (2, (1,))
    paging.show(Filters(number="7"), "Newest first")
    assert (paging.number, paging.after) == (1, None)
    paging.turn((3,))
    paging.show(Filters(number="7"), "Oldest first")
    assert paging.number == 1
    paging.turn_back()
    assert paging.number == 1
