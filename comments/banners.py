"""What a moderator must know of the machine before the first comment."""

from django.utils import timezone
from django.utils.translation import gettext as _

from comments import alerts, foreign, spam
from comments.models import Heartbeat
from comments.notice import clock


def banners(beats: dict[str, Heartbeat], hides_address: bool) -> list[str]:
    found = []
    if hides_address:
        found.append(
            _("Your web server hides readers' addresses. Set TRUSTED_PROXIES=1 and restart.")
        )
    if words := foreign.words(beats.get(Heartbeat.FOREIGN), timezone.now()):
        found.append(words)
    found += _of_worker(beats)
    if spam.is_configured():
        found += _of_akismet(beats)
    else:
        found.append(
            _(
                "There is no Akismet key: nothing is checked and every comment waits for a person. "
                "An administrator must set AKISMET_API_KEY and restart."
            )
        )
    return found


def _of_worker(beats):
    worker, post = beats.get(Heartbeat.WORKER), beats.get(Heartbeat.MAIL)
    if worker is None:
        yield _("The worker has never run: nothing is checked, no mail is sent.")
    elif worker.at < timezone.now() - alerts.WORKER_IS_LATE:
        words = _("The worker has not run since %(since)s: nothing is checked, no mail is sent.")
        yield words % {"since": clock(worker.at)}
    if post and not post.is_ok:
        words = _("Mail cannot be sent since %(since)s: %(detail)s.")
        yield words % {"since": clock(post.since), "detail": post.detail}


def _of_akismet(beats):
    for name in (Heartbeat.AKISMET, Heartbeat.QUOTA):
        row = beats.get(name)
        if row and not row.is_ok:
            yield alerts.WORDS[name, row.state](row)
    if notice := notice_words(beats.get(Heartbeat.ALERT)):
        yield notice


def notice_words(row: Heartbeat | None) -> str:
    """What Akismet itself has to say of the account."""
    if row is None or row.is_ok:
        return ""
    words = _("Akismet has a notice about the account (%(code)s): %(msg)s")
    return words % {"code": row.facts["code"] or "?", "msg": row.facts["msg"]}
