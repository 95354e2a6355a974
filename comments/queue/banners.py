"""Warnings above the queue: background program, mail server, Akismet."""

from django.utils import timezone
from django.utils.translation import gettext as _

from blog import mail
from comments.check import akismet
from comments.check.situation import notice_sentence
from comments.dates import clock
from comments.mail import alerts
from comments.models import Heartbeat
from comments.rules import outage, retention
from comments.rules.outage import MESSAGES, Kind
from comments.submit import foreign


def banners(beats: dict[str, Heartbeat], hides_address: bool) -> list[str]:
    found = [_plain(Kind.NO_ADDRESS)] if hides_address else []
    if sentence := foreign.sentence(beats.get(Heartbeat.FOREIGN), timezone.now()):
        found.append(sentence)
    found += _of_worker(beats)
    if akismet.is_configured():
        found += _of_akismet(beats)
    else:
        found.append(_plain(Kind.NO_KEY))
    return found


def mail_sentence() -> str:
    if mail.is_configured():
        return ""
    return _("No mail is sent, neither to moderators nor to commenters: EMAIL_URL is not set.")


def _plain(kind: Kind, **values) -> str:
    return f"{MESSAGES[kind].happened % values}. {MESSAGES[kind].to_do}"


def _is_late(worker: Heartbeat | None) -> bool:
    return worker is None or outage.is_late(worker.at, timezone.now())


def _of_worker(beats):
    worker, mailing = beats.get(Heartbeat.WORKER), beats.get(Heartbeat.MAIL)
    if worker is None:
        sentence = _("The background program has never run: nothing is checked, no mail is sent.")
        yield f"{sentence} {MESSAGES[Kind.LATE].to_do}"
    elif _is_late(worker):
        since = clock(worker.at)
        if outage.is_in_future(worker.at, timezone.now()):
            since = _("the clock of this server was set back")
        yield _plain(Kind.LATE, since=since)
    elif worker.facts.get("left"):
        yield retention.pause_sentence()
    if mailing and not mailing.is_ok:
        sentence = _("Mail cannot be sent since %(since)s: %(detail)s.")
        yield sentence % {"since": clock(mailing.since), "detail": mailing.detail}


def _of_akismet(beats):
    check, quota = beats.get(Heartbeat.AKISMET), beats.get(Heartbeat.QUOTA)
    if check and not check.is_ok:
        # A late worker does not ask Akismet again, so do not promise it.
        resumes_by_itself = MESSAGES[check.as_state.kind].resumes_by_itself
        if not (resumes_by_itself and _is_late(beats.get(Heartbeat.WORKER))):
            yield alerts.akismet_sentence(check)
    if quota and not quota.is_ok and _is_this_month(quota.at):
        yield alerts.quota_sentence(quota)
    if notice := notice_sentence(beats.get(Heartbeat.ALERT)):
        yield notice


def _is_this_month(moment) -> bool:
    # Akismet counts by the month, in UTC.
    return f"{moment:%Y-%m}" == f"{timezone.now():%Y-%m}"
