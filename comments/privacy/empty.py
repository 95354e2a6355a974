"""Deletes for ever the spam or the trash that was there when the page was made.

Evidence stays, and so do comments that came or were restored since. A comment with answers leaves
its place in the thread, as where the sweep deletes it.
"""

from dataclasses import dataclass
from datetime import datetime

from comments.models import Comment
from comments.models.querysets import CommentQuerySet
from comments.privacy import purge

TABS = ("spam", "trash")
# In one press; the worker goes on with the rest.
MOST = 10_000
# The worker does that much so often before it enqueues itself again.
ROUNDS = 20


@dataclass
class Emptied:
    deleted: int = 0
    emptied: int = 0
    is_all: bool = True


def lying(tab: str, before: datetime) -> CommentQuerySet:
    return Comment.objects.to_remove(tab, before).filter(emptied_at=None)


def count(tab: str, before: datetime) -> int:
    """At most one above MOST."""
    return lying(tab, before).values("pk")[: MOST + 1].count()


def empty(tab: str, before: datetime) -> Emptied:
    done, rows = Emptied(), lying(tab, before)
    # Delete leaves first, then their parents.
    while n := purge.in_batches(rows.without_replies(), purge.delete, _left(done)):
        done.deleted += n
    done.emptied = purge.in_batches(rows.with_replies(), purge.empty, _left(done))
    done.is_all = not rows.exists()
    return done


def _left(done: Emptied) -> int:
    return max(0, MOST - done.deleted) // purge.BATCH


def go_on(tab: str, before: datetime) -> bool:
    """The worker's part. Whether there is more to do."""
    for _round in range(ROUNDS):
        done = empty(tab, before)
        if done.is_all or not (done.deleted or done.emptied):
            return False
    return True
