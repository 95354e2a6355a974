"""Reads the state of the spam check from the Heartbeat rows, and writes the sentences that banners,
mails and the page "Spam check" share."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.check import akismet
from comments.models import Comment, Heartbeat, Policy
from comments.rules import outage

MOST_COUNTED = 10_000


def situation(
    beats: dict[str, Heartbeat] | None = None, policy: Policy | None = None
) -> outage.Situation:
    beats = Heartbeat.all_by_name() if beats is None else beats
    heartbeat, worker = beats.get(Heartbeat.AKISMET), beats.get(Heartbeat.WORKER)
    return outage.Situation(
        timezone.now(),
        is_configured=akismet.is_configured(),
        akismet=heartbeat.as_state if heartbeat else outage.State(),
        beat=worker.at if worker else None,
        limit=policy.checks_an_hour if policy else None,
    )


def notice_sentence(row: Heartbeat | None) -> str:
    if row is None or row.is_ok:
        return ""
    sentence = _("Akismet has a notice about the account (%(code)s): %(msg)s")
    return sentence % {"code": row.facts["code"] or "?", "msg": row.facts["msg"]}


def unchecked_sentence() -> str:
    count = Comment.objects.unchecked()[: MOST_COUNTED + 1].count()
    sentence = ngettext("%(n)s comment waits unchecked", "%(n)s comments wait unchecked", count)
    return sentence % {"n": f"{MOST_COUNTED:,}+" if count > MOST_COUNTED else f"{count:,}"}
