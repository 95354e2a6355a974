"""Limits how often somebody may try: attempts are counted by scope, and the waits grow.

A scope is an account, a network, a browser or an e-mail address. A few attempts an hour are
free; then each wait is twice as long as the one before, at most five minutes. Nobody is locked
out for good.

Why not django-axes: it locks an account or an address until somebody unlocks it or a fixed time
has passed, so that anybody who keeps guessing locks the owner out. Here a browser that has
signed in before counts for itself (blog/known_browser.py). The rows need no cache, work with
several processes, and also limit mails for a forgotten password.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac

from blog.transactions import in_turn, writing

WINDOW = timedelta(hours=1)
FIRST_WAIT, LONGEST_WAIT = 15, 300  # seconds


@dataclass(frozen=True)
class Scope:
    """`free` is the number of attempts an hour before the first wait; waits are in seconds."""

    kind: str
    name: str
    free: int
    first_wait: int = FIRST_WAIT
    longest_wait: int = LONGEST_WAIT

    @property
    def key(self) -> str:
        # A keyed hash: people also type passwords into the box for the name.
        return salted_hmac(f"attempt {self.kind}", self.name, algorithm="sha256").hexdigest()


def seconds_left(scope: Scope, count: int, last: datetime, now: datetime) -> int:
    """Return the seconds to wait, rounded up; 0 if the next attempt may begin."""
    if count < scope.free:
        return 0
    doubled = min(count - scope.free, 20)
    wait = timedelta(seconds=min(scope.first_wait * 2**doubled, scope.longest_wait))
    # At most `wait`, even if the clock was wrong.
    left = min(last + wait - now, wait)
    return max(-int(-left.total_seconds() // 1), 0)


class Attempt(models.Model):
    scope = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["scope", "at"], name="attempts_of_scope"),
            models.Index(fields=["at"], name="attempts_to_forget"),
        ]

    def __str__(self):
        return f"{self.scope[:8]} {self.at:%H:%M:%S}"

    @classmethod
    def begin(cls, *scopes: Scope) -> tuple[list["Attempt"], int]:
        """Count an attempt before its result is known, so that fifty at once count as fifty.

        Returns the new rows and 0, or no rows and the seconds to wait; a refused attempt is not
        counted.
        """
        now = timezone.now()
        with writing():
            in_turn(*(scope.key for scope in scopes))
            rows = cls.objects.filter(scope__in=[s.key for s in scopes], at__gt=now - WINDOW)
            counted = rows.values_list("scope").annotate(models.Count("pk"), models.Max("at"))
            found = {scope: (count, last) for scope, count, last in counted}
            waits = [seconds_left(s, *found[s.key], now) for s in scopes if s.key in found]
            if any(waits):
                return [], max(waits)
            return cls.objects.bulk_create([cls(scope=s.key, at=now) for s in scopes]), 0

    @classmethod
    def forgive(cls, attempts: list["Attempt"], *scopes: Scope) -> None:
        """Delete these attempts, which succeeded, and all earlier ones of these scopes."""
        with writing():
            ids = [attempt.pk for attempt in attempts]
            keys = [scope.key for scope in scopes]
            cls.objects.filter(models.Q(pk__in=ids) | models.Q(scope__in=keys)).delete()

    @classmethod
    def forget_old(cls, now: datetime) -> None:
        # Attempts from the future come from a clock that was wrong.
        old = models.Q(at__lt=now - WINDOW) | models.Q(at__gt=now + WINDOW)
        cls.objects.filter(old).delete()
