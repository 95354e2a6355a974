"""Sending a mail: claim its rows, write it, hand it to the mail server, record what happened."""

from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from blog import mail
from blog.transactions import writing
from comments.mail import faults
from comments.mail import writing as mailing
from comments.models import Heartbeat, Mail, Unconfirmed
from comments.models.due import Due

PAUSES = [timedelta(minutes=n) for n in (1, 5, 20, 60)]
LONG_PAUSE = timedelta(hours=6)
GIVE_UP = timedelta(days=3)
# While the mail server is away, one mail a minute tries whether it is back.
PROBE = timedelta(seconds=50)
# How many mails are enqueued at once when it is back.
AT_ONCE = 600
WITH = ("comment__post", "recipient", "by")


def send(row: Mail, now: datetime) -> list[Due]:
    """Sends the mail if it is due and nobody else is sending it. Never raises for a fault of the
    mail server. Returns the other mails that became due because it works again.

    Another sender follows one that was killed after five minutes. Nobody can know whether the
    server had taken the mail, so such a mail may arrive twice; both have one Message-ID, by which
    many mailboxes show it once. The exception is the one mail that may go to a stranger's address:
    it is rather lost than sent twice.
    """
    rows = claim(row, now)
    if not rows:
        return []
    if row.kind == Mail.Kind.PUBLISHED and rows[0].claimed_at:
        _may_have_gone(row, rows, rows[0].claimed_at)
        return []
    try:
        if row.created_at < now - GIVE_UP:
            raise mailing.NotSent(_("it was too late for it"))
        _validate(row.to)
        written = mailing.write(rows, now)
        _close(written.left_out, now, written.why_left_out)
        rows = written.rows
        mail.send(row.to, row.kind, written.context, written.headers)
    except mailing.NotYet as pause:
        _put_off(rows, pause.until)
    except mailing.NotSent as why:
        _close(rows, now, str(why))
    except SMTPRecipientsRefused as refusal:
        _was_refused(row, rows, now, refusal)
    except (OSError, SMTPException) as failure:
        _was_not_sent(row, rows, now, failure)
    except Exception as failure:
        _try_again(row, rows, now, type(failure).__name__)
        raise
    else:
        return _was_sent(row, rows, now)
    return []


def claim(row: Mail, now: datetime) -> list[Mail]:
    """The rows that go out with this one, as they were before; none where it is not due."""
    with writing():
        if Heartbeat.is_failing(Heartbeat.MAIL, tried_since=now - PROBE):
            return []
        due = Mail.objects.in_same_mail_as(row).to_send(now).order_by("pk")
        rows = list(due.select_for_update(of=("self",)).select_related(*WITH))
        if row not in rows:
            return []
        _of(rows).update(claimed_at=now, tries=F("tries") + 1)
    row.refresh_from_db(fields=["created_at", "tries"])
    return rows


def _validate(address: str) -> None:
    try:
        validate_email(address)
    except ValidationError:
        raise mailing.NotSent(_("that is not an e-mail address")) from None


def _was_sent(row: Mail, rows, now: datetime) -> list[Due]:
    with writing():
        _of(rows).update(sent_at=timezone.now(), error="")
        if row.kind == Mail.Kind.PUBLISHED:
            Unconfirmed.add_unless_confirmed(row.to)
        if not Heartbeat.beat(Heartbeat.MAIL):
            return []
        # The mail server works again: nothing waits for the pause after its last failure.
        Mail.objects.open().filter(tries__gt=0, claimed_at=None).update(due_at=now)
        due = Mail.objects.to_send(now).values_list("pk", flat=True)[:AT_ONCE]
        return [Due("mail", pk) for pk in due]


def _may_have_gone(row: Mail, rows, at: datetime) -> None:
    """Counts as sent; its error tells the history that this is not certain."""
    words = _("it may have been sent, and is not sent a second time")
    with writing():
        _of(rows).update(sent_at=at, error=words)
        Unconfirmed.add_unless_confirmed(row.to)


def _was_refused(row: Mail, rows, now: datetime, refusal: SMTPRecipientsRefused) -> None:
    """The server refuses this address alone, so the server works. A code of 5xx is final."""
    codes = [code for code, _words in refusal.recipients.values()]
    words = _("the mail server refused the address (%(code)d)") % {"code": max(codes)}
    with writing():
        Heartbeat.beat(Heartbeat.MAIL)
    if max(codes) >= 500:
        _close(rows, now, words)
    else:
        _try_again(row, rows, now, words)


def _was_not_sent(row: Mail, rows, now: datetime, failure: Exception) -> None:
    words = faults.fault(failure)
    with writing():
        Heartbeat.beat(Heartbeat.MAIL, Heartbeat.State.UNREACHABLE, words)
    if row.kind == Mail.Kind.PUBLISHED and isinstance(failure, mail.Unanswered):
        _may_have_gone(row, rows, now)
    else:
        _try_again(row, rows, now, words)


def _try_again(row: Mail, rows, now: datetime, words: str) -> None:
    pause = PAUSES[row.tries - 1] if row.tries <= len(PAUSES) else LONG_PAUSE
    if now + pause > row.created_at + GIVE_UP:
        _close(rows, now, words)
        return
    with writing():
        _of(rows).update(claimed_at=None, due_at=now + pause, error=words[:200])


def _put_off(rows, until: datetime) -> None:
    with writing():
        _of(rows).update(claimed_at=None, due_at=until, tries=F("tries") - 1)


def _close(rows, now: datetime, words: str) -> None:
    if rows:
        with writing():
            _of(rows).update(claimed_at=None, closed_at=now, error=words[:200])


def _of(rows):
    return Mail.objects.filter(pk__in=[row.pk for row in rows])
