"""Pages by key, never by OFFSET: where one ends the next begins, however many came or went."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q

LARGEST = 2**63 - 1
# Of a place in the order of ids.
NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Cursor:
    at: datetime
    pk: int

    def __str__(self):
        return f"{self.at.isoformat()}_{self.pk}"

    @classmethod
    def parse(cls, text: str) -> "Cursor | None":
        at, _bar, pk = text.rpartition("_")
        try:
            cursor = cls(datetime.fromisoformat(at).astimezone(UTC), int(pk))
        except (ValueError, OverflowError):
            return None
        return cursor if abs(cursor.pk) <= LARGEST else None


@dataclass(frozen=True)
class Order:
    """By a time and, where times are equal, by id; or by id alone, which is how they came in."""

    time: str
    newest: bool = False
    by_id: bool = False

    def sort(self, rows):
        names = ("pk",) if self.by_id else (self.time, "pk")
        return rows.order_by(*(f"-{name}" if self.newest else name for name in names))

    def between(self, rows, after: Cursor | None, last: Cursor | None = None):
        if after:
            rows = rows.filter(self._side("lt" if self.newest else "gt", after))
        if last:
            rows = rows.filter(self._side("gt" if self.newest else "lt", last, own="e"))
        return rows

    def _side(self, side: str, cursor: Cursor, own: str = "") -> Q:
        """`own`: "e" where the row of the cursor belongs to it."""
        by_id = Q(**{f"pk__{side}{own}": cursor.pk})
        if self.by_id:
            return by_id
        # Said twice: no database enters an index at a time that stands behind an OR.
        beyond = Q(**{f"{self.time}__{side}": cursor.at}) | by_id
        return Q(**{f"{self.time}__{side}e": cursor.at}) & beyond

    def place_of(self, number: int, rows, after: Cursor | None) -> Cursor | None:
        """Of the row with this number; None where there are fewer. Read from the index alone, and
        only so far: OFFSET counts what is looked at, and leads to no page."""
        found = self.sort(self.between(rows, after)).values_list(self.time, "pk")
        places = list(found[number - 1 : number])
        return Cursor(*places[0]) if places else None

    def cursor(self, comment) -> Cursor:
        return Cursor(getattr(comment, self.time), comment.pk)


def moment(value) -> datetime | None:
    """As a statement of our own reads it: SQLite keeps no zone, and at times gives its text."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value
