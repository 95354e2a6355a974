"""Corrects times in the future that a wrong clock wrote, so that nothing waits for them."""

from datetime import datetime

from django.db.models import Q
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from comments.check.screening import LONG_PAUSE
from comments.models import Comment, Decision, Heartbeat, Mail
from comments.rules.outage import CLOCK_TOLERANCE, LONGEST_WAIT


def mend(now: datetime) -> None:
    """Called within writing(). Makes every row due whose time lies further ahead than a right clock
    can write."""
    ahead = now + CLOCK_TOLERANCE
    _mend_heartbeats(now, ahead)
    waiting = Comment.objects.filter(next_check_at__gt=now)
    sent = Q(submitted_at__gt=ahead) | Q(asked_at__gt=ahead)
    too_far = Q(next_check_at__gt=now + max(LONG_PAUSE, LONGEST_WAIT))
    waiting.filter(sent | too_far).update(next_check_at=now)
    planned = Comment.objects.filter(next_check_at__isnull=False)
    planned.filter(asked_at__gt=ahead).update(asked_at=now)
    waiting.filter(provisional_until__gt=now + 2 * LONGEST_WAIT).update(provisional_until=now)
    mails = Mail.objects.open()
    mails.filter(due_at__gt=ahead, created_at__gt=ahead).update(due_at=now)
    mails.filter(due_at__gt=now + 2 * LONG_PAUSE).update(due_at=now)
    mails.filter(claimed_at__gt=ahead).update(claimed_at=now)
    reports = Decision.objects.filter(feedback_sent_at=None).exclude(feedback="")
    reports.filter(feedback_claimed_at__gt=ahead).update(feedback_claimed_at=now)
    jobs = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, started_at__gt=ahead)
    jobs.update(started_at=now)


def _mend_heartbeats(now: datetime, ahead: datetime) -> None:
    # The worker's row is kept: it shows how far the clock jumped.
    rows = Heartbeat.objects.exclude(name=Heartbeat.WORKER)
    rows.filter(Q(at__gt=ahead) | Q(next_at__gt=now + Heartbeat.LONGEST_WAIT)).update(next_at=now)
    for column in ("at", "since", "told_at"):
        rows.filter(**{f"{column}__gt": ahead}).update(**{column: now})
