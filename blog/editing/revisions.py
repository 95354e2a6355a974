"""Deletes old revisions."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from blog.models import Post, Revision
from blog.transactions import writing

KEPT = timedelta(days=90)
LEAST = 25  # of each post, however old
BATCH = 200
# The next sweep deletes the rest.
MOST_BATCHES = 20

Kind = Revision.Kind


def delete_old(now: datetime) -> bool:
    """Return True if there is more to delete. A text that somebody typed and has not saved is never
    deleted, nor what was published, has a name, or tells what a colleague said."""
    for ids in _batches(now):
        with writing():
            # Somebody may have named one meanwhile.
            Revision.objects.filter(pk__in=ids, name="").delete()
    return _old(now).exists()


def _batches(now: datetime) -> Iterator[list[int]]:
    # Found outside of writing(): it reads the history of every post.
    ids = list(_old(now).values_list("pk", flat=True)[: BATCH * MOST_BATCHES])
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def _old(now: datetime) -> QuerySet[Revision]:
    settled = Q(kind=Kind.ASIDE) | Q(kind=Kind.SUGGESTION) & ~Q(verb="")
    for_ever = Q(kind=Kind.PUBLISH) | Q(fields__status=Post.Status.PUBLISHED) | ~Q(note="")
    surplus = Q(pk__in=_beyond_the_least().values("pk")) & ~for_ever
    old = Revision.objects.filter(created_at__lt=now - KEPT, name="").order_by()
    return old.filter(settled | surplus)


def _beyond_the_least() -> QuerySet[Revision]:
    # Revisions that are kept for ever count too; the outer query leaves them out.
    newest_first = (F("created_at").desc(), F("pk").desc())
    place = Window(RowNumber(), partition_by=F("post"), order_by=newest_first)
    saved = Revision.objects.saved().order_by()
    beyond: QuerySet[Revision] = saved.annotate(place=place).filter(place__gt=LEAST)
    return beyond
