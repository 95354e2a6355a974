"""Tells Akismet what a person decided. Decision is the outbox: DecisionQuerySet.to_report."""

from datetime import datetime
from typing import NamedTuple

from django.utils import timezone

from blog.transactions import writing
from comments.check import account
from comments.check import akismet as spam
from comments.check.failures import CheckFailed, Refused
from comments.check.probing import fails_alone, record_failure
from comments.models import Comment, Decision, Heartbeat
from comments.models.decision import DecisionQuerySet
from comments.rules.holding import feedback_owed
from comments.rules.outage import Kind


class Claim(NamedTuple):
    """A report that this sender alone makes."""

    believed_before: str
    check_said: str
    asked_before: datetime | None


def report(decision: Decision, now: datetime) -> None:
    """Tells Akismet what it must be told now, or closes the row where that is nothing.

    `believed` is set before the call: a sender killed in between repeats the claim, and the one
    who follows knows what was under way. A failed call takes it back.
    """
    with writing():
        claim = _claim(decision, now)
    if claim is None:
        return
    comment, began = decision.comment, timezone.now()
    try:
        spam.report(
            spam.Verdict(decision.feedback),
            comment.submission or {},
            reporter=_reporter(decision),
            said=claim.check_said,
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
    # The comment is locked first, as the verbs do: no deadlock, and an undo knows what has left.
    comment.refresh_from_db(
        fields=["status", "believed", "submission"],
        from_queryset=Comment.objects.select_for_update(no_key=True),
    )
    asked_before = mine.values_list("feedback_claimed_at", flat=True).first()
    if not _may_be_told() or not mine.to_report(now).update(feedback_claimed_at=now):
        return None
    owed = feedback_owed(comment.believed, comment.status)
    if not owed and asked_before and comment.believed == decision.feedback:
        owed = decision.feedback
    # Another Decision's is left to it: the history says of each what was told for it.
    if owed != decision.feedback or not comment.submission or not spam.is_configured():
        mine.update(feedback_sent_at=now, feedback_claimed_at=None)
        return None
    claim = Claim(comment.believed, _as_check_said(comment), asked_before)
    _believe(comment, comment.believed, decision.feedback)
    return claim


def _may_be_told() -> bool:
    # While Akismet is away only a check is a probe.
    return not Heartbeat.is_failing(Heartbeat.AKISMET)


def _record_failure(
    decision: Decision, claim: Claim, failure: CheckFailed, began: datetime
) -> None:
    """Where the key is good a refusal is the report's own: whether checks are answered, the next
    check says."""
    may_be = isinstance(failure, Refused) or failure.kind is Kind.BLOCKED
    is_its_own = may_be and account.is_key_good()
    now = timezone.now()
    with writing():
        # Akismet's row is locked before the comment's, as the checks do.
        akismet = Heartbeat.held(Heartbeat.AKISMET)
        _believe(decision.comment, decision.feedback, claim.believed_before)
        if is_its_own or fails_alone(akismet, failure, claim.asked_before or began):
            return
        record_failure(akismet, failure, now, began)


def _believe(comment: Comment, before: str, verdict: str) -> None:
    # Not where a verdict has come meanwhile.
    Comment.objects.filter(pk=comment.pk, believed=before).update(believed=verdict)


def _as_check_said(comment: Comment) -> str:
    return {"spam": "true", "ham": "false"}.get(comment.screened, "")


def _reporter(decision: Decision) -> str:
    return decision.by.slug if decision.by else ""  # not the login, which may be a mail address
