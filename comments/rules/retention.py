"""Retention rules: when a comment is deleted, and when the clock is not trusted."""

from datetime import datetime, timedelta
from typing import Protocol

from django.utils.translation import gettext as _

from comments.rules.outage import CLOCK_TOLERANCE

# Blatant spam is deleted after this time (WordPress drops it at once, unseen).
BLATANT_SPAM_AGE = timedelta(days=3)
# After a longer gap between two heartbeats of the worker, or a negative one, the clock may have
# jumped and everything looks old. The worker then runs for RUNS_FIRST before it deletes by age.
LONGEST_GAP = timedelta(days=1)
RUNS_FIRST = timedelta(hours=6)
# The longest pause between two sweeps of a running worker.
LONGEST_SWEEP = timedelta(minutes=15)


def is_plausible(gap: timedelta) -> bool:
    return -CLOCK_TOLERANCE <= gap <= LONGEST_GAP


def seconds_before_deletions(left: float, gap: timedelta) -> float:
    if not is_plausible(gap):
        return RUNS_FIRST.total_seconds()
    ran = gap if timedelta(0) < gap <= LONGEST_SWEEP else timedelta(0)
    return max(0, left - ran.total_seconds())


def pause_sentence() -> str:
    sentence = _(
        "The clock of this server jumped, or the background program was away for more than a day. "
        "Until it has run for %(hours)d hours, nothing is deleted because of its age; an "
        "administrator should see that the clock is right."
    )
    return sentence % {"hours": RUNS_FIRST / timedelta(hours=1)}


class Discardable(Protocol):
    """The columns of a comment that deletion_time() reads."""

    @property
    def status(self) -> str: ...
    @property
    def status_at(self) -> datetime: ...
    @property
    def discarded(self) -> bool: ...
    @property
    def screened_at(self) -> datetime | None: ...


class Limits(Protocol):
    """The fields of the policy that deletion_time() reads."""

    @property
    def spam_days(self) -> int: ...
    @property
    def trash_days(self) -> int: ...


def deletion_time(comment: Discardable, policy: Limits) -> datetime:
    """Returns when a comment in spam or trash is deleted. See also purge._old."""
    if comment.status == "trash":
        return comment.status_at + timedelta(days=policy.trash_days)
    at = comment.status_at + timedelta(days=policy.spam_days)
    if not comment.discarded:
        return at
    screened_at = comment.screened_at or comment.status_at
    return min(at, max(comment.status_at, screened_at) + BLATANT_SPAM_AGE)
