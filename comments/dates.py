"""Formats times as text, in the site's time zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _


def clock(moment) -> str:
    """14:20 · Tuesday 09:14 within a week · 5 December, 09:14 before that or later."""
    days, time = _days_away(moment), time_of_day(moment)
    if not days:
        return time
    day = _near_day(moment, days)
    return f"{day} {time}" if _is_near(days) else f"{day}, {time}"


def clock_in_sentence(moment) -> str:
    # at 14:20 · on Tuesday at 09:14 · on 5 December at 09:14
    days, time = _days_away(moment), time_of_day(moment)
    if not days:
        return _("at %(time)s") % {"time": time}
    return _("on %(day)s at %(time)s") % {"day": _near_day(moment, days), "time": time}


def day_and_month(moment) -> str:
    return date_format(_local(moment), "j F")


def time_of_day(moment) -> str:
    """09:14 · in the hour that comes twice, when summer time ends: 01:30 BST and 01:30 GMT"""
    local = _local(moment)
    is_twice = local.replace(fold=1 - local.fold).utcoffset() != local.utcoffset()
    return f"{local:%H:%M %Z}" if is_twice else f"{local:%H:%M}"


def _days_away(moment) -> int:
    return abs((_local(moment).date() - _local(timezone.now()).date()).days)


def _near_day(moment, days: int) -> str:
    return date_format(_local(moment).date(), "l" if _is_near(days) else "j F")


def _is_near(days: int) -> bool:
    return days < 7


def full_date(moment) -> str:
    return date_format(_local(moment), "j F Y")


def _local(moment):
    return moment.astimezone(ZoneInfo(settings.TIME_ZONE))


def stamp(at: datetime) -> str:
    """Returns an ISO time for a web address, where a plus sign would be a space."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
