"""The spam check as the rows show it, and its sentences for banners, mail and the page."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.check import akismet as spam
from comments.models import Comment, Heartbeat, Policy
from comments.rules import outage

MOST_COUNTED = 10_000


def situation(
    beats: dict[str, Heartbeat] | None = None, policy: Policy | None = None
) -> outage.Situation:
    beats = Heartbeat.all_by_name() if beats is None else beats
    akismet, worker = beats.get(Heartbeat.AKISMET), beats.get(Heartbeat.WORKER)
    return outage.Situation(
        timezone.now(),
        is_configured=spam.is_configured(),
        akismet=akismet.as_state if akismet else outage.State(),
        beat=worker.at if worker else None,
        limit=policy.checks_an_hour if policy else None,
    )


def notice_words(row: Heartbeat | None) -> str:
    if row is None or row.is_ok:
        return ""
    words = _("Akismet has a notice about the account (%(code)s): %(msg)s")
    return words % {"code": row.facts["code"] or "?", "msg": row.facts["msg"]}


def unchecked_words() -> str:
    count = Comment.objects.unchecked()[: MOST_COUNTED + 1].count()
    words = ngettext("%(n)s comment waits unchecked", "%(n)s comments wait unchecked", count)
    return words % {"n": f"{MOST_COUNTED:,}+" if count > MOST_COUNTED else f"{count:,}"}
