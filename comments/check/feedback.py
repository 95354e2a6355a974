"""Tells Akismet what a person decided. The rows to send: DecisionQuerySet.to_report()."""

from datetime import datetime
from typing import NamedTuple

from django.utils import timezone

from blog.transactions import writing
from comments.check import account, akismet
from comments.check.failures import CheckFailed, Refused
from comments.check.probing import fails_alone, record_failure
from comments.models import Comment, Decision, Heartbeat
from comments.models.decision import DecisionQuerySet
from comments.rules.holding import missing_feedback
from comments.rules.outage import Kind


class Claim(NamedTuple):
    """The right of this worker to send one report."""

    believed_before: str
    check_response: str
    asked_before: datetime | None


def report(decision: Decision, now: datetime) -> None:
    """Sends what Akismet must be told now, or closes the row if that is nothing.

    `believed` is set before the call and reset if it fails, so that the next worker knows what a
    killed one was sending.
    """
    with writing():
        claim = _claim(decision, now)
    if claim is None:
        return
    comment, began = decision.comment, timezone.now()
    try:
        akismet.report(
            akismet.Verdict(decision.feedback),
            comment.submission or {},
            reporter=_reporter(decision),
            check_response=claim.check_response,
        )
    except CheckFailed as failure:
        _record_failure(decision, claim, failure, began)
    except Exception:
        with writing():
            _believe(comment, decision.feedback, claim.believed_before)
        raise
    else:
        with writing():
            _row(decision).update(feedback_sent_at=timezone.now())


def _row(decision: Decision) -> DecisionQuerySet:
    return Decision.objects.filter(pk=decision.pk)


def _claim(decision: Decision, now: datetime) -> Claim | None:
    comment, mine = decision.comment, _row(decision)
    # The comment is locked first, as the verbs do: no deadlock, and an undo sees what was sent.
    comment.refresh_from_db(
        fields=["status", "believed", "submission"],
        from_queryset=Comment.objects.select_for_update(no_key=True),
    )
    asked_before = mine.values_list("feedback_claimed_at", flat=True).first()
    if not _may_report() or not mine.to_report(now).update(feedback_claimed_at=now):
        return None
    owed = missing_feedback(comment.believed, comment.status)
    if not owed and asked_before and comment.believed == decision.feedback:
        owed = decision.feedback
    # A report that belongs to another Decision is sent with that one, as the history shows it.
    if owed != decision.feedback or not comment.submission or not akismet.is_configured():
        mine.update(feedback_sent_at=now, feedback_claimed_at=None)
        return None
    claim = Claim(comment.believed, _check_response(comment), asked_before)
    _believe(comment, comment.believed, decision.feedback)
    return claim


def _may_report() -> bool:
    # During an outage only a check is used as a probe.
    return not Heartbeat.is_failing(Heartbeat.AKISMET)


def _record_failure(
    decision: Decision, claim: Claim, failure: CheckFailed, began: datetime
) -> None:
    # If the key is good, a refusal concerns this report alone and is no outage.
    is_refusal = isinstance(failure, Refused) or failure.kind is Kind.BLOCKED
    is_its_own = is_refusal and account.is_key_good()
    now = timezone.now()
    with writing():
        # Akismet's row is locked before the comment, as the checks do.
        heartbeat = Heartbeat.locked(Heartbeat.AKISMET)
        _believe(decision.comment, decision.feedback, claim.believed_before)
        if is_its_own or fails_alone(heartbeat, failure, claim.asked_before or began):
            return
        record_failure(heartbeat, failure, now, began)


def _believe(comment: Comment, before: str, verdict: str) -> None:
    # A verdict that arrived meanwhile stays.
    Comment.objects.filter(pk=comment.pk, believed=before).update(believed=verdict)


def _check_response(comment: Comment) -> str:
    return {"spam": "true", "ham": "false"}.get(comment.screened, "")


def _reporter(decision: Decision) -> str:
    return decision.by.slug if decision.by else ""  # not the login, which may be a mail address
