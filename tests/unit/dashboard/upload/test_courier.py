from threading import Event

from dashboard.upload import courier as couriers
from dashboard.upload.courier import Courier


class FakeBatch:
    """Has ``left`` files to send, and says when it is asked to send one."""

    def __init__(self, left: int) -> None:
        self.left = left
        self.done = Event()

    @property
    def pending(self) -> bool:
        return self.left > 0

    def advance(self, _: object) -> bool:
        self.left -= 1
        if not self.left:
            self.done.set()
        return True


def test_a_look_sets_it_going_until_all_is_done():
    batch = FakeBatch(100)
    courier = Courier(batch, None)
    courier.look()
    assert batch.done.wait(10)
    batch.left, batch.done = 5, Event()
    while batch.left == 5:  # the first thread may just be ending
        courier.look()
    assert batch.done.wait(10)


def test_nobody_looking_ends_it_and_a_look_resumes_it(monkeypatch):
    monkeypatch.setattr(couriers, "UNSEEN_SECONDS", -1.0)
    batch = FakeBatch(3)
    courier = Courier(batch, None)
    courier.look()
    courier._thread.join(10)
    assert batch.left == 3
    monkeypatch.setattr(couriers, "UNSEEN_SECONDS", 60.0)
    courier.look()
    assert batch.done.wait(10)
