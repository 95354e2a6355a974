"""Asks Akismet about one comment and records the verdict. `next_check_at` says when a comment is
due; a task only makes it sooner."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

from blog.transactions import writing
from comments.check import account, akismet
from comments.check.failures import CheckFailed, Refused
from comments.check.probing import fails_alone, record_answer, record_failure, release
from comments.models import Comment, Heartbeat, Policy
from comments.models.due import Due
from comments.models.querysets import GIVE_UP, CommentQuerySet
from comments.models.second_look import after_decision
from comments.rules.outage import PROBE_PAUSE, Kind

# How long one check may take before another worker may repeat it.
LEASE = timedelta(minutes=5)
# Between attempts, if checks of other comments succeed.
PAUSES = [timedelta(minutes=n) for n in (1, 5, 20, 60)]
LONG_PAUSE = timedelta(hours=6)

Screened = Comment.Screened


class Asked(NamedTuple):
    """One question to Akismet and what came of it."""

    result: akismet.Answer | CheckFailed
    began: datetime
    ended: datetime
    key_is_good: bool = False  # asked after a refusal only


def plan_check(comment: Comment, trap: str, headers: dict, language: str) -> None:
    """Sets the fields to send and when, or why the comment is not checked. Does not save."""
    if comment.user_is_staff:
        comment.screened = Screened.SKIPPED
    elif not comment.ip:
        comment.screened, comment.check_error = Screened.SKIPPED, Comment.NO_ADDRESS
    else:
        comment.submission = _submission(comment, trap, headers, language)
        if akismet.is_configured():
            comment.next_check_at = comment.submitted_at
        else:
            comment.screened, comment.check_error = Screened.SKIPPED, Comment.NO_KEY


def _submission(comment: Comment, trap: str, headers: dict, language: str) -> dict:
    return akismet.submission(
        ip=comment.ip or "",
        user_agent=comment.user_agent,
        referrer=comment.referrer,
        permalink=comment.post.url,
        kind="reply" if comment.parent_id else "comment",
        name=comment.author_name,
        email=comment.author_email,
        url=comment.author_url,
        body=comment.body,
        submitted_at=comment.submitted_at,
        post_modified_at=comment.post.modified_at,
        parent_id=comment.parent.public_id if comment.parent else None,
        language=comment.post.language or language,
        roles=[],
        trap_value=trap,
        topics=list(comment.post.tags.names()),
        headers=headers,
    )


def ask(comment: Comment, now: datetime, *, probing: bool = False) -> Asked | None:
    """Returns None if the comment is not due or another worker asks. Does not raise CheckFailed:
    the caller passes the result to record().

    `probing`: this question finds out whether an outage is over.
    """
    if not akismet.is_configured():
        _stop_asking(comment)
        return None
    with writing():
        if not _claim(comment, now, probing):
            return None
    began = timezone.now()
    try:
        result = akismet.check(comment.submission or {}, recheck=_recheck_reason(comment))
    except CheckFailed as failure:
        key_is_good = isinstance(failure, Refused) and account.is_key_good()
        return Asked(failure, began, timezone.now(), key_is_good)
    return Asked(result, began, timezone.now())


def record(comment: Comment, asked: Asked) -> list[Due]:
    """Called within writing(). Returns the checks that become due if this ends an outage."""
    if isinstance(asked.result, CheckFailed):
        _record_failure(comment, asked.result, asked)
        return []
    return _record_verdict(comment, asked.result, asked)


def _unedited(comment: Comment) -> CommentQuerySet:
    # An edit voids the verdict, which is about the text that was sent.
    rows = Comment.objects.filter(withdrawn_at=None, emptied_at=None)
    return rows.filter(pk=comment.pk, edited_at=comment.edited_at)


def _stop_asking(comment: Comment) -> None:
    with writing():
        _unedited(comment).without_answer().update(
            screened=Screened.SKIPPED, check_error=Comment.NO_KEY
        )
        _unedited(comment).update(next_check_at=None)


def _claim(comment: Comment, now: datetime, probing: bool) -> bool:
    """Locks Akismet's row, so workers claim one after another. The first comment after a probe is
    due becomes that probe.

    The instance keeps `asked_at` and `screened` as they were before this call.
    """
    heartbeat = Heartbeat.locked(Heartbeat.AKISMET)
    due = _unedited(comment).filter(next_check_at__lte=now, submission__isnull=False)
    is_refused = heartbeat.state == Heartbeat.State.REFUSED
    probing = probing or (heartbeat.may_be_probed(now) and not is_refused)
    if set_aside_repeats(now, pk=comment.pk):
        return False
    if reason := _why_not_now(comment, heartbeat, now, probing):
        _postpone(due, reason, now, heartbeat.next_at)
        return False
    comment.refresh_from_db(
        fields=["checks", "screened", "submission", "asked_at", "failures", "edited_at"]
        + ["provisional_until", "submitted_at"]
    )
    if not due.update(next_check_at=now + LEASE, asked_at=now, checks=F("checks") + 1):
        return False
    comment.checks += 1
    if not heartbeat.is_ok:
        heartbeat.next_at = now + PROBE_PAUSE
    heartbeat.count_call(now)
    heartbeat.save()
    return True


def _why_not_now(comment: Comment, heartbeat: Heartbeat, now: datetime, probing: bool) -> str:
    if not (heartbeat.is_ok or probing):
        return Comment.AWAY
    left = Policy.current().checks_an_hour - heartbeat.calls_in_hour(now)
    first = Comment.objects.to_check(now).filter(check_error=Comment.LIMIT)
    older = first.filter(submitted_at__lt=comment.submitted_at)
    if left <= 0 or (not probing and older[:left].count() >= left):
        return Comment.LIMIT
    return ""


def _postpone(due: CommentQuerySet, reason: str, now: datetime, until: datetime | None) -> None:
    due.without_answer().update(
        screened=Screened.UNAVAILABLE,
        screened_at=now,
        check_error=reason,
        next_check_at=F("next_check_at") if reason == Comment.LIMIT else until or now,
    )


def _recheck_reason(comment: Comment) -> str:
    if comment.checks == 1:
        return ""
    if comment.edited_at and comment.asked_at and comment.edited_at > comment.asked_at:
        return "edit"
    return "recheck" if comment.screened == Screened.HAM else "retry"


def _record_failure(comment: Comment, failure: CheckFailed, asked: Asked) -> None:
    heartbeat, now = Heartbeat.locked(Heartbeat.AKISMET), asked.ended
    account.record_notice(failure)
    # Only another check proves that checks are answered; a good key does not.
    if fails_alone(heartbeat, failure, comment.asked_at or asked.began, "checked_at"):
        comment.failures += 1
        again: datetime | None = now + [*PAUSES, LONG_PAUSE][min(comment.failures, 5) - 1]
    else:
        record_failure(heartbeat, failure, now, asked.began, key_is_good=asked.key_is_good)
        again = heartbeat.next_at
    if failure.kind is Kind.BUSY:
        account.schedule_usage_question(heartbeat.next_at)
    _ask_again(comment, again, failure.code)


def _ask_again(comment: Comment, again: datetime | None, error: str) -> None:
    end = comment.provisional_until or comment.submitted_at + GIVE_UP
    now = timezone.now()
    _unedited(comment).update(
        next_check_at=again if now < end else None,
        check_error=error,
        failures=comment.failures,
    )
    waiting = _unedited(comment).filter(screened=Screened.WAITING)
    waiting.update(screened=Screened.UNAVAILABLE, screened_at=now)


def _record_verdict(comment: Comment, answer: akismet.Answer, asked: Asked) -> list[Due]:
    heartbeat, now = Heartbeat.locked(Heartbeat.AKISMET), asked.ended
    is_back = record_answer(heartbeat, now, asked.began, is_check=True)
    account.record_notice(answer)
    again, until = _next_check(comment, answer.recheck_after, now)
    found = _unedited(comment).update(
        screened=answer.verdict.value,
        screened_at=after_decision(now),
        believed=answer.verdict.value,
        next_check_at=again,
        provisional_until=until,
        check_error="",
        failures=0,
        guid=answer.guid[:64],
    )
    if found and answer.verdict is akismet.Verdict.SPAM:
        comment.set_aside(reason="akismet")
        if answer.discard:
            _unedited(comment).spam_unread().update(discarded=True)
    return release(now) if is_back else []


def _next_check(comment: Comment, wait: int | None, now: datetime) -> tuple:
    """Returns (next_check_at, provisional_until). Akismet names a time after which ham is checked
    again; after twice that time the verdict is final."""
    if not wait or (comment.provisional_until and now >= comment.provisional_until):
        return None, None
    until = comment.provisional_until or now + timedelta(seconds=2 * wait)
    return min(now + timedelta(seconds=wait), until), until


def set_aside_repeats(now: datetime, **only: int) -> list[int]:
    """Marks up to 500 comments as spam without a call, because Akismet called the same text spam.
    Returns their primary keys."""
    found = Comment.objects.repeats(now).filter(**only).values_list("public_id", flat=True)[:500]
    ids = list(found)
    if not ids:
        return []
    same_text = Comment.objects.called_spam(now).filter(text_digest=OuterRef("text_digest"))
    verdict_at = same_text.order_by("-screened_at").values("screened_at")[:1]
    with writing():  # both updates or neither
        Comment.set_aside_all(ids, reason=Comment.SAME)
        aside = Comment.objects.filter(public_id__in=ids).without_answer().spam_unread()
        locked = aside.order_by("pk").select_for_update(of=("self",))
        changed = list(locked.values_list("pk", flat=True))
        Comment.objects.filter(pk__in=changed).update(
            screened=Screened.SKIPPED,
            check_error=Comment.SAME,
            screened_at=Subquery(verdict_at),
            next_check_at=None,
        )
    return changed
