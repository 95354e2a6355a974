"""Sends a mail: claims its rows, writes it, gives it to the mail server and records the result."""

from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from blog import mail
from blog.transactions import writing
from comments.mail.faults import fault_sentence
from comments.mail.writing import NotSent, NotYet, write
from comments.models import Heartbeat, Mail, Unconfirmed
from comments.models.due import Due

PAUSES = [timedelta(minutes=n) for n in (1, 5, 20, 60)]
LONG_PAUSE = timedelta(hours=6)
GIVE_UP = timedelta(days=3)
# While the mail server does not work, one mail a minute is tried.
PROBE = timedelta(seconds=50)
# How many mails are enqueued at once when it works again.
AT_ONCE = 600
RELATED = ("comment__post", "recipient", "by")


def send(row: Mail, now: datetime) -> list[Due]:
    """Sends the mail if it is due and no other worker is sending it. Does not raise if the mail
    server fails. Returns the other mails that became due because it works again.

    Five minutes after a worker was killed, another one sends its mail again. The server may have
    taken the first, so the mail may arrive twice; both have the same Message-ID, and many mailboxes
    show them as one. Only a PUBLISHED mail, which may go to a stranger, is never sent twice.
    """
    rows = claim(row, now)
    if not rows:
        return []
    if row.kind == Mail.Kind.PUBLISHED and rows[0].claimed_at:
        _record_uncertain(row, rows, rows[0].claimed_at)
        return []
    try:
        if row.created_at < now - GIVE_UP:
            raise NotSent(_("it was too old"))
        _validate(row.to)
        message = write(rows, now)
        _close(message.left_out, now, message.why_left_out)
        rows = message.rows
        mail.send(row.to, row.kind, message.context, message.headers)
    except NotYet as pause:
        _put_off(rows, pause.until)
    except NotSent as why:
        _close(rows, now, str(why))
    except SMTPRecipientsRefused as refusal:
        _record_refusal(row, rows, now, refusal)
    except (OSError, SMTPException) as failure:
        _record_failure(row, rows, now, failure)
    except Exception as failure:
        _try_again(row, rows, now, type(failure).__name__)
        raise
    else:
        return _record_sent(row, rows, now)
    return []


def claim(row: Mail, now: datetime) -> list[Mail]:
    """Returns the rows of this mail as they were before the claim; [] if it is not due."""
    with writing():
        if Heartbeat.is_failing(Heartbeat.MAIL, tried_since=now - PROBE):
            return []
        due = Mail.objects.in_same_mail_as(row).to_send(now).order_by("pk")
        rows = list(due.select_for_update(of=("self",)).select_related(*RELATED))
        if row not in rows:
            return []
        _queryset(rows).update(claimed_at=now, tries=F("tries") + 1)
    row.refresh_from_db(fields=["created_at", "tries"])
    return rows


def _validate(address: str) -> None:
    try:
        validate_email(address)
    except ValidationError:
        raise NotSent(_("that is not an e-mail address")) from None


def _record_sent(row: Mail, rows, now: datetime) -> list[Due]:
    with writing():
        _queryset(rows).update(sent_at=timezone.now(), error="")
        if row.kind == Mail.Kind.PUBLISHED:
            Unconfirmed.add_unless_confirmed(row.to)
        if not Heartbeat.beat(Heartbeat.MAIL):
            return []
        # The mail server works again: failed mails need not wait for their pause.
        Mail.objects.open().filter(tries__gt=0, claimed_at=None).update(due_at=now)
        due = Mail.objects.to_send(now).values_list("pk", flat=True)[:AT_ONCE]
        return [Due("mail", pk) for pk in due]


def _record_uncertain(row: Mail, rows, at: datetime) -> None:
    """Counts the mail as sent. Its error says in the history that this is not certain."""
    error = _("it may have been sent, and is not sent a second time")
    with writing():
        _queryset(rows).update(sent_at=at, error=error)
        Unconfirmed.add_unless_confirmed(row.to)


def _record_refusal(row: Mail, rows, now: datetime, refusal: SMTPRecipientsRefused) -> None:
    # The server works, since it refuses this one address. Codes of 5xx are final.
    codes = [code for code, _message in refusal.recipients.values()]
    error = _("the mail server refused the e-mail address (%(code)d)") % {"code": max(codes)}
    with writing():
        Heartbeat.beat(Heartbeat.MAIL)
    if max(codes) >= 500:
        _close(rows, now, error)
    else:
        _try_again(row, rows, now, error)


def _record_failure(row: Mail, rows, now: datetime, failure: Exception) -> None:
    error = fault_sentence(failure)
    with writing():
        Heartbeat.beat(Heartbeat.MAIL, Heartbeat.State.UNREACHABLE, error)
    if row.kind == Mail.Kind.PUBLISHED and isinstance(failure, mail.Unanswered):
        _record_uncertain(row, rows, now)
    else:
        _try_again(row, rows, now, error)


def _try_again(row: Mail, rows, now: datetime, error: str) -> None:
    pause = PAUSES[row.tries - 1] if row.tries <= len(PAUSES) else LONG_PAUSE
    if now + pause > row.created_at + GIVE_UP:
        _close(rows, now, error)
        return
    with writing():
        _queryset(rows).update(claimed_at=None, due_at=now + pause, error=error[:200])


def _put_off(rows, until: datetime) -> None:
    with writing():
        _queryset(rows).update(claimed_at=None, due_at=until, tries=F("tries") - 1)


def _close(rows, now: datetime, error: str) -> None:
    if rows:
        with writing():
            _queryset(rows).update(claimed_at=None, closed_at=now, error=error[:200])


def _queryset(rows):
    return Mail.objects.filter(pk__in=[row.pk for row in rows])
