"""Approved comments that need a second look. They stay public until somebody decides."""

from datetime import datetime, timedelta

from django.db.models import F, Q, Value
from django.db.models.functions import Greatest

# See also Comment.has_late_spam and Comment.is_reported. A verdict or report from before the
# approval does not count: the moderator knew it.
LATE_SPAM = Q(status="approved", screened="spam", screened_at__gt=F("status_at"))
REPORTED = Q(status="approved", reported_at__gt=F("status_at"))
MOMENT = timedelta(microseconds=1)


def after_decision(now: datetime) -> Greatest:
    """Returns `now`, or a time just after the last decision if the clock was set back since."""
    return Greatest(Value(now), F("status_at") + MOMENT)
