"""How many comments each tab of the queue holds: exact up to MOST_COUNTED, else "10,000+"."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, IntegerField, OuterRef, Subquery
from django.utils import timezone

from blog.models import Post, User
from comments.queue.page import AGAIN, TABS, in_tab, of_tab

MOST_COUNTED = 10_000
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
        *(BoundedCount(of_tab(tab).decidable_by(user, in_order=tab in AGAIN)) for tab in TABS),
        BoundedCount(pending.under_not_public(now)),
        Subquery(public.order_by("submitted_at").values("submitted_at")[:1]),
    ).get(pk=user.pk)
    return Counts(dict(zip(TABS, by_tab, strict=True)), not_public, oldest)


def count_text(count: int, most: int | None = None) -> str:
    most = MOST_COUNTED if most is None else most
    return f"{most:,}+" if count > most else f"{count:,}"


def pending_text(user) -> str:
    # The link to the queue is on many pages, so this is one short count, up to MOST_LINKED.
    rows = in_tab("pending", user).order_by().values("pk")[: MOST_LINKED + 1]
    return count_text(rows.count(), MOST_LINKED)
