"""How many comments each tab of the queue holds: exact, or honestly "10,000+"; never by a scan of
the table, and of what is known to be plenty not counted again with each page."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection
from django.utils import timezone

from blog import edition
from blog.edition import Edition
from blog.models import Post
from comments.keyset import moment
from comments.models import Decision
from comments.queue import AGAIN, TABS, in_tab, of_tab

MOST_COUNTED = 10_000
# So many are plenty: after so many decisions there are still more than MOST_COUNTED, also where
# three transactions of a thousand were under way when they were counted.
PLENTY, DECISIONS = 16_000, 2_000
# For what leaves a tab by neither a decision nor comments/retention.py, as below a deleted draft.
SECONDS = 60
MOST_WRITTEN = 100
MOST_LINKED = 1_000
# Stands for the present in a statement that is kept.
NOW = datetime(2999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)


@dataclass(frozen=True)
class Counted:
    by_tab: dict[str, int]
    # Of Pending under posts that are not public; and when the oldest of the others was sent.
    not_public: int
    oldest: datetime | None
    last_decision: int
    editions: tuple
    at: float

    @property
    def plenty(self) -> frozenset[str]:
        return frozenset(tab for tab, count in self.by_tab.items() if count == PLENTY)

    def holds_until(self, now: "Counted") -> bool:
        decided = now.last_decision - self.last_decision
        is_near = 0 <= decided <= DECISIONS and now.at - self.at <= SECONDS
        return is_near and self.editions == now.editions


# What was counted last for those who may decide on every comment.
_last: list[Counted] = []
_written: dict[tuple, tuple[str, list]] = {}


def forget() -> None:
    _last.clear()
    _written.clear()


def counts(user) -> Counted:
    """Of each tab, above MOST_COUNTED at least one more."""
    if not user.has_perm("comments.decide_comment"):
        return _count(user)
    last = _last[0] if _last else None
    plenty = last.plenty if last else frozenset()
    found = _count(user, plenty, last.not_public if last else 0)
    if plenty and not last.holds_until(found):
        plenty, found = frozenset(), _count(user)
    if not plenty:
        _last[:] = [found]
    return found


def count_words(count: int, most: int | None = None) -> str:
    most = MOST_COUNTED if most is None else most
    return f"{most:,}+" if count > most else f"{count:,}"


def pending_words(user) -> str:
    """For a link to the queue, which stands on many pages: one short count, up to MOST_LINKED."""
    rows = in_tab("pending", user).order_by().values("pk")[: MOST_LINKED + 1]
    return count_words(rows.count(), MOST_LINKED)


def _count(user, plenty: frozenset[str] = frozenset(), not_public: int = 0) -> Counted:
    """`not_public`: what was counted with the plenty."""
    sql, params = _counting(user, plenty)
    present, marked = (connection.ops.adapt_datetimefield_value(at) for at in (timezone.now(), NOW))
    with connection.cursor() as cursor:
        cursor.execute(sql, [present if value == marked else value for value in params])
        *found, oldest, decision, site, removed = cursor.fetchone()
    if "pending" not in plenty:
        not_public = found.pop()
    by_tab = {tab: PLENTY if tab in plenty else found.pop(0) for tab in TABS}
    editions = (site, removed)
    at = time.monotonic()
    return Counted(by_tab, not_public, moment(oldest), decision or 0, editions, at)


def _counting(user, plenty: frozenset[str]) -> tuple[str, list]:
    """To write it takes longer than to count; it is the same for all who see all."""
    sees_all = user.has_perm("comments.decide_comment")
    key = connection.vendor, None if sees_all else user.pk, plenty
    if key not in _written:
        if len(_written) == MOST_WRITTEN:
            _written.clear()
        _written[key] = _write(user, plenty, sees_all)
    return _written[key]


def _write(user, plenty: frozenset[str], sees_all: bool) -> tuple[str, list]:
    """One statement, so that all is of one moment."""
    parts, params = [], []

    def add(template: str, rows) -> None:
        sql, values = rows.query.sql_with_params()
        parts.append(template.format(sql, n=len(parts)))
        params.extend(values)

    for tab in TABS:
        if tab not in plenty:
            # Of what has to be looked at again there is little.
            rows = of_tab(tab).decidable_by(user, in_order=tab in AGAIN)
            most = PLENTY if sees_all and tab not in AGAIN else MOST_COUNTED + 1
            add("(SELECT COUNT(*) FROM ({}) t{n})", rows.order_by().values("pk")[:most])
    pending = in_tab("pending", user)
    if "pending" not in plenty:
        hidden = pending.under_not_public(NOW).order_by().values("pk")
        add("(SELECT COUNT(*) FROM ({}) t{n})", hidden[: MOST_COUNTED + 1])
    read = pending.filter(post__in=Post.objects.visible(NOW).values("pk"))
    add("({})", read.order_by("submitted_at").values("submitted_at")[:1])
    add("({})", Decision.objects.order_by("-pk").values("pk")[:1])
    for scope in (edition.SITE, edition.REMOVED):
        add("({})", Edition.objects.filter(scope=scope).values("value"))
    return f"SELECT {', '.join(parts)}", params
