from dashboard.drawing.visit import Visit
from dashboard.drawing.visits import KEPT, Visits


def test_a_ticket_brings_its_visit_back() -> None:
    visits = Visits()
    mine, reloaded = Visit(), Visit()
    assert visits.resume("mine", mine) is mine
    assert visits.resume("mine", reloaded) is mine
    assert visits.resume("other", reloaded) is reloaded


def test_an_unknown_ticket_keeps_the_visit_that_has_begun() -> None:
    visits = Visits()
    begun = Visit()
    visits.resume("given by the new server", begun)
    assert visits.resume("kept by the tab", begun) is begun


def test_the_longest_unused_visit_is_let_go() -> None:
    visits = Visits()
    first, second = Visit(), Visit()
    visits.resume("first", first)
    visits.resume("second", second)
    visits.resume("first", Visit())
    for number in range(KEPT - 1):
        visits.resume(str(number), Visit())
    assert visits.resume("first", Visit()) is first
    assert visits.resume("second", Visit()) is not second
