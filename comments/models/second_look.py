"""Approved comments that ask for a second look. None of this hides a comment by itself."""

from datetime import datetime, timedelta

from django.db.models import F, Q, Value
from django.db.models.functions import Greatest

# See also Comment.has_late_spam and Comment.is_reported. A verdict or a
# report from before the approval does not count: whoever approved has looked at it already.
LATE_SPAM = Q(status="approved", screened="spam", screened_at__gt=F("status_at"))
REPORTED = Q(status="approved", reported_at__gt=F("status_at"))
MOMENT = timedelta(microseconds=1)


def after_decision(now: datetime) -> Greatest:
    """`now`, and later than the last decision also where the clock was set back since."""
    return Greatest(Value(now), F("status_at") + MOMENT)
