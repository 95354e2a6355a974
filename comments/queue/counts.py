"""How many comments each tab of the queue holds: exact up to MOST_COUNTED, else "10,000+"."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, IntegerField, OuterRef, Subquery
from django.utils import timezone

from blog.models import Post, User
from comments.models.states import Status
from comments.queue.page import AGAIN, ALL, TABS, in_tab, of_tab

# All is the sum of the statuses.
COUNTED = [tab for tab in TABS if tab != ALL]

MOST_COUNTED = 10_000
# How many of a tab are looked at to count what no index finds.
MOST_LOOKED = 2_500
MOST_LINKED = 1_000


@dataclass(frozen=True)
class Counts:
    """A count above MOST_COUNTED is MOST_COUNTED + 1."""

    by_tab: dict[str, int]
    not_public: int  # pending, under posts that are not public
    oldest: datetime | None  # pending, under public posts


class BoundedCount(Subquery):
    """A count as a subquery: all tabs are counted in one query instead of eight."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()

    def __init__(self, rows):
        super().__init__(rows.order_by().values("pk")[: MOST_COUNTED + 1])


def counts(user) -> Counts:
    """Count in one query, so that all counts are of the same moment."""
    now, pending = timezone.now(), in_tab("pending", user)
    # Not `post__in`: SQLite would read and sort all pending comments to find the oldest.
    public = pending.filter(Exists(Post.objects.visible(now).filter(pk=OuterRef("post"))))
    *by_tab, not_public, oldest = User.objects.values_list(
        *(BoundedCount(of_tab(tab).decidable_by(user, in_order=tab in AGAIN)) for tab in COUNTED),
        BoundedCount(pending.under_not_public(now)),
        Subquery(public.order_by("submitted_at").values("submitted_at")[:1]),
    ).get(pk=user.pk)
    found = dict(zip(COUNTED, by_tab, strict=True))
    return Counts(found | {ALL: of_all(found)}, not_public, oldest)


def of_all(by_tab: dict[str, int]) -> int:
    return min(sum(by_tab[status] for status in Status.values), MOST_COUNTED + 1)


def texts(by_tab: dict[str, int]) -> dict[str, str]:
    return {tab: count_text(count) for tab, count in by_tab.items()}


def count_text(count: int, most: int | None = None) -> str:
    most = MOST_COUNTED if most is None else most
    return f"{most:,}+" if count > most else f"{count:,}"


def pending_text(user) -> str:
    # The link to the queue is on many pages, so this is one short count, up to MOST_LINKED.
    rows = in_tab("pending", user).order_by().values("pk")[: MOST_LINKED + 1]
    return count_text(rows.count(), MOST_LINKED)
