"""Asks one question a minute while Akismet does not answer, and releases the waiting comments when
it answers again."""

from datetime import datetime, timedelta

from django.db.models import F

from blog.transactions import writing
from comments.check.failures import CheckFailed, Refused
from comments.models import Comment, Heartbeat, Policy
from comments.models.due import Due
from comments.models.querysets import CommentQuerySet
from comments.rules.outage import PROBE_PAUSE, Event, Kind

BATCH = 600


def claim(now: datetime) -> Heartbeat | None:
    with writing():
        heartbeat = Heartbeat.locked(Heartbeat.AKISMET)
        if not heartbeat.may_be_probed(now):
            return None
        heartbeat.next_at = now + PROBE_PAUSE
        heartbeat.save()
    return heartbeat


def next_comment(heartbeat: Heartbeat, now: datetime) -> Comment | None:
    if heartbeat.state == Heartbeat.State.REFUSED:
        return None  # only the key may be asked about
    # A comment that failed before may be the only one on which Akismet fails.
    unasked_first = F("asked_at").asc(nulls_first=True)
    return Comment.objects.to_check(now).order_by(unasked_first, "submitted_at", "pk").first()


def record_answer(
    heartbeat: Heartbeat, now: datetime, began: datetime, *, is_check: bool = False
) -> bool:
    """`began`: when the call began. Returns True if the answer ends an outage."""
    heartbeat.facts |= {"passed_at": now.isoformat()}
    if is_check:
        heartbeat.facts |= {"checked_at": now.isoformat()}
    is_back = heartbeat.record_event(Event(now, began))
    heartbeat.save()
    return is_back


def record_failure(
    heartbeat: Heartbeat,
    failure: CheckFailed,
    now: datetime,
    began: datetime,
    *,
    key_is_good: bool = False,
) -> None:
    kind = Kind.ODD if key_is_good and isinstance(failure, Refused) else failure.kind
    wait = timedelta(seconds=failure.retry_after or 0)
    heartbeat.record_event(Event(now, began, kind, failure.message, wait))
    heartbeat.save()


def fails_alone(
    heartbeat: Heartbeat, failure: CheckFailed, since: datetime, passing: str = "passed_at"
) -> bool:
    """True if another call has succeeded since `since`, so that this failure is no outage."""
    passed_at = heartbeat.time_of(passing)
    has_passed = bool(passed_at and passed_at > since)
    return heartbeat.is_ok and has_passed and not failure.retry_after


def release(now: datetime) -> list[Due]:
    """Called within writing() when an outage ends: no comment waits for the next sweep."""
    parked = Comment.objects.filter(screened="unavailable", failures=0, next_check_at__gt=now)
    _make_due(parked, now)
    return due_checks(now)


def make_unanswered_due(now: datetime) -> None:
    with writing():
        Heartbeat.locked(Heartbeat.AKISMET)
        _make_due(Comment.objects.unanswered(now), now)


def _make_due(comments: CommentQuerySet, now: datetime) -> None:
    # Locks in the order that the verbs use and skips rows they hold, or PostgreSQL could deadlock.
    free = comments.select_for_update(skip_locked=True).order_by("pk")
    locked = Comment.objects.filter(pk__in=list(free.values_list("pk", flat=True)))
    without_key = locked.filter(check_error=Comment.NO_KEY)
    without_key.update(screened=Comment.Screened.WAITING, check_error="")
    locked.update(next_check_at=now, failures=0)


def due_checks(now: datetime) -> list[Due]:
    heartbeat = Heartbeat.objects.filter(name=Heartbeat.AKISMET).first()
    if heartbeat and not heartbeat.is_ok:
        return []
    spent = heartbeat.calls_in_hour(now) if heartbeat else 0
    limit = max(0, min(BATCH, Policy.current().checks_an_hour - spent))
    rows = Comment.objects.to_check(now).values_list("pk", flat=True)[:limit]
    return [Due("check", pk) for pk in rows]
