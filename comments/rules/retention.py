"""When something is deleted, and when a clock is not believed."""

from datetime import datetime, timedelta
from typing import Protocol

from django.utils.translation import gettext as _

from comments.rules.outage import SLACK

# Blatant spam goes after so long (WordPress drops it at once, unseen).
DISCARDED = timedelta(days=3)
# After a longer gap between two beats of the worker, or a step back, the clock may have jumped and
# everything look old: the worker then runs for RUNS_FIRST before it deletes anything by its age.
LONGEST_GAP = timedelta(days=1)
RUNS_FIRST = timedelta(hours=6)
# The longest pause between two sweeps of a running worker.
LONGEST_SWEEP = timedelta(minutes=15)


def is_plausible(gap: timedelta) -> bool:
    return -SLACK <= gap <= LONGEST_GAP


def left_to_run(left: float, gap: timedelta) -> float:
    """The seconds that the worker has to run still before it deletes anything by its age."""
    if not is_plausible(gap):
        return RUNS_FIRST.total_seconds()
    ran = gap if timedelta(0) < gap <= LONGEST_SWEEP else timedelta(0)
    return max(0, left - ran.total_seconds())


def pause_words() -> str:
    words = _(
        "The clock of this server jumped, or the background program was away for more than a day. "
        "Until it has run for %(hours)d hours, nothing is deleted because of its age; an "
        "administrator should see that the clock is right."
    )
    return words % {"hours": RUNS_FIRST / timedelta(hours=1)}


class Discardable(Protocol):
    """The columns of a comment that goes_at() reads."""

    @property
    def status(self) -> str: ...
    @property
    def status_at(self) -> datetime: ...
    @property
    def discarded(self) -> bool: ...
    @property
    def screened_at(self) -> datetime | None: ...


class Limits(Protocol):
    """The fields of the policy that goes_at() reads."""

    @property
    def spam_days(self) -> int: ...
    @property
    def trash_days(self) -> int: ...


def goes_at(comment: Discardable, policy: Limits) -> datetime:
    """When what lies in spam or trash is deleted. See also purge._old."""
    if comment.status == "trash":
        return comment.status_at + timedelta(days=policy.trash_days)
    goes_at = comment.status_at + timedelta(days=policy.spam_days)
    if not comment.discarded:
        return goes_at
    screened_at = comment.screened_at or comment.status_at
    return min(goes_at, max(comment.status_at, screened_at) + DISCARDED)
