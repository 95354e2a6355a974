"""While Akismet is away: one question a minute, and all the others after its first answer."""

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
        akismet = Heartbeat.held(Heartbeat.AKISMET)
        if not akismet.may_be_probed(now):
            return None
        akismet.next_at = now + PROBE_PAUSE
        akismet.save()
    return akismet


def next_comment(akismet: Heartbeat, now: datetime) -> Comment | None:
    """The oldest, but each before any is asked about again: those that failed may be the only ones
    that Akismet cannot answer. None where only the key may be asked about."""
    if akismet.state == Heartbeat.State.REFUSED:
        return None
    unasked_first = F("asked_at").asc(nulls_first=True)
    return Comment.objects.to_check(now).order_by(unasked_first, "submitted_at", "pk").first()


def record_answer(
    akismet: Heartbeat, now: datetime, began: datetime, *, is_check: bool = False
) -> bool:
    """Records a good answer to a call that began then. Whether Akismet was away before."""
    akismet.facts |= {"passed_at": now.isoformat()}
    if is_check:
        akismet.facts |= {"checked_at": now.isoformat()}
    is_back = akismet.hear(Event(now, began))
    akismet.save()
    return is_back


def record_failure(
    akismet: Heartbeat,
    failure: CheckFailed,
    now: datetime,
    began: datetime,
    *,
    key_is_good: bool = False,
) -> None:
    kind = Kind.ODD if key_is_good and isinstance(failure, Refused) else failure.kind
    wait = timedelta(seconds=failure.retry_after or 0)
    akismet.hear(Event(now, began, kind, failure.said, wait))
    akismet.save()


def fails_alone(
    akismet: Heartbeat, failure: CheckFailed, since: datetime, passing: str = "passed_at"
) -> bool:
    passed_at = akismet.moment(passing)
    passes = bool(passed_at and passed_at > since)
    return akismet.is_ok and passes and not failure.retry_after


def release(now: datetime) -> list[Due]:
    """Within writing(), when Akismet is back: nothing waits for the next probe or sweep."""
    parked = Comment.objects.filter(screened="unavailable", failures=0, next_check_at__gt=now)
    _make_due(parked, now)
    return due_checks(now)


def make_unanswered_due(now: datetime) -> None:
    with writing():
        Heartbeat.held(Heartbeat.AKISMET)
        _make_due(Comment.objects.unanswered(now), now)


def _make_due(comments: CommentQuerySet, now: datetime) -> None:
    # In the order of the verbs, and past what they hold just now: no deadlock on PostgreSQL.
    free = comments.select_for_update(skip_locked=True).order_by("pk")
    found = Comment.objects.filter(pk__in=list(free.values_list("pk", flat=True)))
    without_key = found.filter(check_error=Comment.NO_KEY)
    without_key.update(screened=Comment.Screened.WAITING, check_error="")
    found.update(next_check_at=now, failures=0)


def due_checks(now: datetime) -> list[Due]:
    """As many as the hour has left, the oldest first; none while Akismet is away."""
    akismet = Heartbeat.objects.filter(name=Heartbeat.AKISMET).first()
    if akismet and not akismet.is_ok:
        return []
    spent = akismet.calls_in_hour(now) if akismet else 0
    most = max(0, min(BATCH, Policy.current().checks_an_hour - spent))
    rows = Comment.objects.to_check(now).values_list("pk", flat=True)[:most]
    return [Due("check", pk) for pk in rows]
