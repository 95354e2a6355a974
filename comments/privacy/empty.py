"""Delete for ever the spam or the trash that was there when the page was made.

Evidence stays, and so do comments that came or were restored since. A comment with replies leaves
an empty place in the thread, as when the sweep deletes it.
"""

from dataclasses import dataclass
from datetime import datetime

from comments.models import Comment
from comments.models.querysets import CommentQuerySet
from comments.privacy import purge

TABS = ("spam", "trash")
# The limit of one press; the worker deletes the rest.
MOST = 10_000
# How often the worker deletes MOST before it enqueues itself again.
ROUNDS = 20


@dataclass
class Emptied:
    deleted: int = 0
    emptied: int = 0
    is_all: bool = True


def rows_to_delete(tab: str, before: datetime) -> CommentQuerySet:
    return Comment.objects.to_remove(tab, before).filter(emptied_at=None)


def count(tab: str, before: datetime) -> int:
    return rows_to_delete(tab, before).values("pk")[: MOST + 1].count()


def empty(tab: str, before: datetime) -> Emptied:
    done, rows = Emptied(), rows_to_delete(tab, before)
    # Delete leaves first, then their parents.
    while n := purge.in_batches(rows.without_replies(), purge.delete, _left(done)):
        done.deleted += n
    done.emptied = purge.in_batches(rows.with_replies(), purge.empty, _left(done))
    done.is_all = not rows.exists()
    return done


def _left(done: Emptied) -> int:
    return max(0, MOST - done.deleted) // purge.BATCH


def empty_some(tab: str, before: datetime) -> bool:
    """Empty in rounds; return whether there is more to do."""
    for _round in range(ROUNDS):
        done = empty(tab, before)
        if done.is_all or not (done.deleted or done.emptied):
            return False
    return True
