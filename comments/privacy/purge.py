"""Delete and empty old comments in batches, each a transaction of its own, so that a reader's
comment never waits for long. Pending comments and evidence are never deleted."""

from collections.abc import Callable
from datetime import datetime, timedelta

from blog.transactions import writing
from comments.models import Batch, Comment, Decision, Heartbeat, Mail, Policy, Tally
from comments.models.querysets import GIVE_UP
from comments.rules.holding import without_address
from comments.rules.retention import BLATANT_SPAM_AGE

BATCH = 500
# A sweep has other work too; the next one deletes the rest.
MOST_BATCHES = 40
ADDRESS_DAYS = 60


def may_delete() -> bool:
    worker = Heartbeat.objects.filter(name=Heartbeat.WORKER).first()
    return not (worker and worker.facts.get("left"))


def delete_old(now: datetime) -> None:
    # A comment with replies leaves an empty place in the thread.
    for rows in _old(now):
        in_batches(rows.without_replies(), delete)
        in_batches(rows.filter(emptied_at=None).with_replies(), empty)
    with writing():
        Mail.objects.to_forget(now).delete()


def _old(now: datetime):
    # See also retention.deletion_time.
    policy, rows = Policy.current(), Comment.objects
    blatant = {"discarded": True, "screened_at__lt": now - BLATANT_SPAM_AGE}
    yield rows.to_remove("spam", now - timedelta(days=policy.spam_days))
    yield rows.to_remove("spam", now - BLATANT_SPAM_AGE).filter(**blatant)
    yield rows.to_remove("trash", now - timedelta(days=policy.trash_days))


def forget_senders(now: datetime) -> None:
    """Delete the submission once nothing can be reported to Akismet; later the IP address and
    the browser. The network stays."""
    rows = Comment.objects.filter(kept_because="")
    sent = rows.filter(submission__isnull=False, submitted_at__lt=now - GIVE_UP)
    in_batches(sent, _give_up_asking)
    uncut = rows.filter(cut_at=None, submitted_at__lt=now - timedelta(days=ADDRESS_DAYS))
    in_batches(uncut, lambda ids: _cut(ids, now))


def delete(ids: list[int]) -> None:
    """Delete comments with their rows, after adding them to the daily counts."""
    with writing():
        Tally.add(ids)
        decided = Decision.objects.filter(comment__in=ids, batch__isnull=False).order_by()
        batches = [pk for pk in decided.values_list("batch", flat=True).distinct() if pk]
        Comment.objects.filter(pk__in=ids).only("pk").delete()
        # A batch that is locked goes on just now. Decisions that were committed meanwhile are seen
        # only by a statement of its own.
        free = Batch.objects.filter(pk__in=batches).select_for_update(skip_locked=True)
        free_batches = list(free.values_list("pk", flat=True))
        Batch.objects.filter(pk__in=free_batches).without_decisions().delete()


def empty(ids: list[int]) -> None:
    with writing():
        Comment.objects.filter(pk__in=ids).empty()


def in_batches(rows, act: Callable[[list[int]], None], most: int | None = None) -> int:
    """Act on at most `most` batches; return the number of rows."""
    done = 0
    for _batch in range(MOST_BATCHES if most is None else most):
        with writing():
            # Skip comments that a moderator is deciding just now.
            free = rows.select_for_update(of=("self",), skip_locked=True)
            ids = list(free.values_list("pk", flat=True)[:BATCH])
            if ids:
                act(ids)
        done += len(ids)
        if len(ids) < BATCH:
            break
    return done


def _cut(ids: list[int], now: datetime) -> None:
    found = Comment.objects.filter(pk__in=ids, ip__isnull=False).exclude(held_because=[])
    for comment in found.only("ip", "held_because"):
        reasons = without_address(comment.held_because, comment.ip or "")
        if reasons != comment.held_because:
            _update([comment.pk], held_because=reasons)
    _update(ids, ip=None, user_agent="", referrer="", cut_at=now)


def _give_up_asking(ids: list[int]) -> None:
    # Akismet can be asked and told nothing more: comments that wait for it wait for a person.
    _update(ids, submission=None, next_check_at=None)
    waiting = Comment.objects.filter(pk__in=ids, screened=Comment.Screened.WAITING)
    waiting.update(screened=Comment.Screened.UNAVAILABLE)


def _update(ids: list[int], **changes) -> None:
    Comment.objects.filter(pk__in=ids).update(**changes)
