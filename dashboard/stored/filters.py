"""Which drawings to show: conditions on rows of the lakehouse, as SQL with every value bound."""

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import NamedTuple

ESCAPE = "\\"


class Condition(NamedTuple):
    """A boolean expression of SQL, and the values of its question marks in their order."""

    sql: str
    parameters: tuple[object, ...]

    def __and__(self, other: "Condition") -> "Condition":
        return Condition(f"{self.sql} AND {other.sql}", (*self.parameters, *other.parameters))


EVERYTHING = Condition("true", ())


@dataclass(frozen=True, slots=True)
class Filters:
    """What a drawing must be to be shown; what is empty or at its bound lets all through.

    ``number`` is what was read, where ``*`` stands for any digits; confidences are 0 to 1 with both ends included;
    times have a time zone, ``since`` is included and ``until`` is not.
    """

    number: str = ""
    least: float = 0.0
    most: float = 1.0
    sources: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    corrected: bool = False

    @property
    def condition(self) -> Condition:
        """The filters as SQL over the view ``predictions``."""
        return self._number() & self._confidence() & self._origin() & self._time() & self._corrected()

    def _number(self) -> Condition:
        number = self.number.strip()
        if not number:
            return EVERYTHING
        if "*" not in number:
            return Condition("number = ?", (number,))
        return Condition(f"number LIKE ? ESCAPE '{ESCAPE}'", (_pattern(number),))

    def _confidence(self) -> Condition:
        condition = EVERYTHING
        if self.least > 0:
            condition &= Condition("confidence >= CAST(? AS FLOAT)", (self.least,))
        if self.most < 1:
            condition &= Condition("confidence <= CAST(? AS FLOAT)", (self.most,))
        return condition

    def _origin(self) -> Condition:
        condition = EVERYTHING
        for column, wanted in (("source", self.sources), ("model", self.models)):
            if wanted:
                condition &= Condition(f"{column} IN ({', '.join('?' * len(wanted))})", wanted)
        return condition

    def _time(self) -> Condition:
        """By the date as well: it names the folders, so that the files of other days are not even opened."""
        condition = EVERYTHING
        if self.since:
            condition &= Condition("predicted_at >= ? AND date >= ?", (self.since, _utc(self.since).date()))
        if self.until:
            condition &= Condition("predicted_at < ? AND date <= ?", (self.until, _utc(self.until).date()))
        return condition

    def _corrected(self) -> Condition:
        return Condition("drawing_id IN (SELECT drawing_id FROM corrected)", ()) if self.corrected else EVERYTHING


def _pattern(number: str) -> str:
    for special in (ESCAPE, "%", "_"):
        number = number.replace(special, ESCAPE + special)
    return number.replace("*", "%")


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(timezone.utc)
