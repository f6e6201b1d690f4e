"""Which page of the drawings is shown."""

from dataclasses import dataclass, field

from dashboard.explore.rows import Key
from dashboard.stored.filters import Filters


@dataclass
class Paging:
    """Where the pages seen so far end; with other filters, or in another order, it begins anew."""

    _of: tuple[Filters, str] | None = None
    _ends: list[Key] = field(default_factory=list)

    @property
    def number(self) -> int:
        """The page that is shown, from 1."""
        return len(self._ends) + 1

    @property
    def after(self) -> Key | None:
        """Where the page before it ends; None for the first."""
        return self._ends[-1] if self._ends else None

    def show(self, filters: Filters, order: str) -> None:
        """Say what is being paged."""
        if self._of != (filters, order):
            self._of, self._ends = (filters, order), []

    def turn(self, end: Key) -> None:
        """Go on, beyond a page that ends there."""
        self._ends = [*self._ends, end]

    def turn_back(self) -> None:
        """Go back by a page, if there is one."""
        self._ends = self._ends[:-1]

    def restart(self) -> None:
        """Go to the first page."""
        self._ends = []
