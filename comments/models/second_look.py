"""What is approved and asks a person to look again: nothing of it hides a comment by itself."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest

# See also SecondLook.has_late_spam and SecondLook.is_reported. Whoever approved what Akismet had
# called spam before, or what was reported before, has looked at it already.
LATE_SPAM = Q(status="approved", screened="spam", screened_at__gt=F("status_at"))
REPORTED = Q(status="approved", reported_at__gt=F("status_at"))
MOMENT = timedelta(microseconds=1)


def after_decision(now: datetime) -> Greatest:
    """`now`, and later than the last decision also where the clock was set back since."""
    return Greatest(Value(now), F("status_at") + MOMENT)


class SecondLook(models.Model):
    class Meta:
        abstract = True

    @property
    def has_late_spam(self) -> bool:
        return (
            self.status == self.Status.APPROVED
            and self.screened == self.Screened.SPAM
            and bool(self.screened_at and self.screened_at > self.status_at)
        )

    @property
    def is_reported(self) -> bool:
        reported = bool(self.reported_at and self.reported_at > self.status_at)
        return self.status == self.Status.APPROVED and reported

    @property
    def asks_again(self) -> bool:
        return self.has_late_spam or self.is_reported
