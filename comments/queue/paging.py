"""Paging by key, never by OFFSET: each page begins where the last one ended, however many came
or went."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q

from comments.models.states import Status

LARGEST = 2**63 - 1


@dataclass(frozen=True)
class Cursor:
    """The last comment of a page, as the next page's URL names it."""

    at: datetime
    public_id: int

    def __str__(self):
        return f"{self.at.isoformat()}_{self.public_id}"

    @classmethod
    def parse(cls, text: str) -> "Cursor | None":
        at, _bar, public_id = text.rpartition("_")
        try:
            cursor = cls(datetime.fromisoformat(at).astimezone(UTC), int(public_id))
        except (ValueError, OverflowError):
            return None
        return cursor if abs(cursor.public_id) <= LARGEST else None


@dataclass(frozen=True)
class Place:
    """The position of one comment in an order, within one request."""

    at: datetime
    pk: int


@dataclass(frozen=True)
class Order:
    """By a time, then by id; or by id alone, the order of arrival, in which no index of times has
    all comments."""

    time: str
    newest: bool = False
    by_id: bool = False

    def sort(self, rows):
        names = ("pk",) if self.by_id else (self.time, "pk")
        return rows.order_by(*(f"-{name}" if self.newest else name for name in names))

    def between(self, rows, after: Place | None, last: Place | None = None):
        if after:
            rows = rows.filter(self._side("lt" if self.newest else "gt", after))
        if last:
            rows = rows.filter(self._side("gt" if self.newest else "lt", last, own="e"))
        return rows

    def _side(self, side: str, place: Place, own: str = "") -> Q:
        # `own`: "e" to include the row of the place.
        by_id = Q(**{f"pk__{side}{own}": place.pk})
        if self.by_id:
            return by_id
        # The time twice: no database uses an index for a condition inside an OR.
        beyond = Q(**{f"{self.time}__{side}": place.at}) | by_id
        return Q(**{f"{self.time}__{side}e": place.at}) & beyond

    def place_of(self, number: int, rows, after: Place | None) -> Place | None:
        """Place of the row with this number, or None. This OFFSET reads the index alone, and no
        page begins with it."""
        found = self.sort(self.between(rows, after)).values_list(self.time, "pk")
        places = list(found[number - 1 : number])
        return Place(*places[0]) if places else None

    def cursor(self, comment) -> Cursor:
        return Cursor(getattr(comment, self.time), comment.public_id)

    def place(self, cursor: Cursor, comments) -> Place:
        """Place of the comment that the cursor names. If it was deleted, the place before all
        rows of its time, so that none is skipped."""
        pk = comments.filter(public_id=cursor.public_id).values_list("pk", flat=True).first()
        if pk is None and self.by_id:
            pk = self._nearest(cursor, comments)
        if pk is None:
            pk = LARGEST if self.newest else 0
        return Place(cursor.at, pk)

    def _nearest(self, cursor: Cursor, comments) -> int | None:
        # The comment before it in time. Each status by itself: their index begins with it.
        before = comments.filter(**{f"{self.time}__{'gt' if self.newest else 'lt'}": cursor.at})
        rows = before.order_by(self.time if self.newest else f"-{self.time}").values_list("pk")
        nearest = [pk for s in Status for (pk,) in rows.filter(status=s)[:1]]
        return (min if self.newest else max)(nearest, default=None)


def moment(value: datetime | str | None) -> datetime | None:
    """Convert a time read by raw SQL: SQLite returns it without a zone, and at times as text."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value
