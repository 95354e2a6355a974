"""Counts the forms that were refused because they came from another site. Moderators see the count:
a wrong SITE_URL or proxy setting looks the same."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.transactions import writing
from comments.dates import clock
from comments.models import Heartbeat
from comments.rules import admission

SHOWN_FOR = timedelta(days=7)
# Above MOST, one form an hour is counted, so that refused forms do not cause many writes.
MOST, PAUSE = 1_000, timedelta(hours=1)


def count(origin: str) -> None:
    now = timezone.now()
    row = Heartbeat.objects.filter(name=Heartbeat.FOREIGN).first()
    if row and row.facts.get("forms", 0) >= MOST and abs(now - row.at) < PAUSE:
        return
    with writing():
        row = Heartbeat.locked(Heartbeat.FOREIGN)
        if not row.facts or row.at < now - SHOWN_FOR:
            row.since, row.facts = now, {"forms": 0}
        row.at = now
        row.facts = {"forms": row.facts["forms"] + 1, "origin": admission.as_origin(origin)[:100]}
        row.save()


def sentence(row: Heartbeat | None, now: datetime) -> str:
    """Returns "" if none was refused in the last seven days."""
    if row is None or not row.facts or row.at < now - SHOWN_FOR:
        return ""
    forms = row.facts["forms"]
    text = ngettext(
        "%(n)s comment or other form was refused since %(since)s, because the browser said that "
        "it came from %(origin)s and not from %(site)s.",
        "%(n)s comments and other forms were refused since %(since)s, because the browser said "
        "that they came from %(origin)s and not from %(site)s.",
        forms,
    ) % {
        "n": f"{forms:,}",
        "since": clock(row.since),
        "origin": row.facts["origin"] or _("another site"),
        "site": settings.SITE_URL,
    }
    todo = _(
        "If readers see this site at that address, an administrator must set SITE_URL to it and "
        "restart; if not, another site tried to post here, and there is nothing to do."
    )
    return f"{text} {todo}"
