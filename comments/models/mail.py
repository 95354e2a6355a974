from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from blog import mail
from blog.characters import isolated
from blog.tasks import later
from blog.writing import writing
from comments import mail_faults, mailing
from comments.models.heartbeat import Heartbeat
from comments.models.mail_queryset import ABOUT_PUBLIC, MailQuerySet
from comments.models.subscription import Unconfirmed

PAUSES = [timedelta(minutes=n) for n in (1, 5, 20, 60)]
LONG_PAUSE = timedelta(hours=6)
GIVE_UP = timedelta(days=3)
# While the mail server is away one mail asks for all, once in a minute.
PROBE = timedelta(seconds=50)
AT_ONCE = 600
WITH = ("comment__post", "recipient", "by")


class Mail(models.Model):
    """A mail that has to go out. It is written when it is sent, so that it says what is true then.
    The rows hold what is due and what was sent; a task is only a hint."""

    class Kind(models.TextChoices):
        DIGEST = "digest"  # to a moderator: what waits
        LIVE = "live"  # to the post's author: a comment is public
        PUBLISHED = "published"  # to the commenter who asked
        REPLY = "reply"  # to a confirmed subscriber; the row's comment is the answer
        LINKS = "links"  # the lost links of an address
        LETTER = "letter"  # a moderator's own words to the commenter
        ALERT = "alert"  # to an Administrator: something does not work

    kind = models.CharField(max_length=10, choices=Kind)
    to = models.EmailField(max_length=254)
    # Equal for what must not be sent twice, as `published:12`.
    key = models.CharField(max_length=150, unique=True)
    comment = models.ForeignKey("comments.Comment", models.CASCADE, null=True, related_name="mails")
    # Whoever of the staff it is to; null for a reader.
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    text = models.TextField(blank=True)
    # From where lost links were asked for.
    network = models.CharField(max_length=43, blank=True)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    # With an error: given up, or closed unsent because nothing had to be said any more.
    closed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [
            # MailQuerySet.to_send
            models.Index(
                fields=["due_at"],
                condition=Q(sent_at__isnull=True, closed_at__isnull=True),
                name="mail_due",
            ),
            # How often somebody was written to already.
            models.Index(fields=["to", "kind", "created_at"], name="mail_to"),
            # The door of /comments/find/
            models.Index(
                fields=["network", "created_at"], condition=~Q(network=""), name="mail_network"
            ),
        ]

    def __str__(self):
        return self.key

    def send(self, now: datetime) -> None:
        """Sends it, if it is due and nobody else is sending. Never raises for what a mail server
        did.

        Claim, send, record: a sender that was killed in between is followed by another after five
        minutes. Whether its server had taken the mail nobody can know, so such a mail may arrive
        twice; both bear one Message-ID, by which many mailboxes show it once. Not so the one mail
        that may go to a stranger's address: no second is worth more than one that may be missing.
        """
        rows = self._claim(now)
        if not rows:
            return
        if self.kind == Mail.Kind.PUBLISHED and rows[0].claimed_at:
            self._may_have_gone(rows, rows[0].claimed_at)
            return
        try:
            if self.created_at < now - GIVE_UP:
                raise mailing.Unsaid(_("it was too late for it"))
            self._validate()
            written = mailing.write(rows, now)
            self._close(written.left_out, now, written.why_left_out)
            rows = written.rows
            mail.send(self.to, self.kind, written.context, written.headers)
        except mailing.NotYet as pause:
            self._put_off(rows, pause.until)
        except mailing.Unsaid as why:
            self._close(rows, now, str(why))
        except SMTPRecipientsRefused as refusal:
            self._was_refused(rows, now, refusal)
        except (OSError, SMTPException) as failure:
            self._was_not_sent(rows, now, failure)
        except Exception as failure:
            self._try_again(rows, now, type(failure).__name__)
            raise
        else:
            self._was_sent(rows, now)

    def _claim(self, now: datetime) -> list["Mail"]:
        with writing():
            if Heartbeat.is_failing(Heartbeat.MAIL, tried_since=now - PROBE):
                return []
            due = Mail.objects.together(self).to_send(now).order_by("pk")
            rows = list(due.select_for_update(of=("self",)).select_related(*WITH))
            if self not in rows:
                return []
            _of(rows).update(claimed_at=now, tries=F("tries") + 1)
        self.refresh_from_db(fields=["created_at", "tries"])
        return rows

    def _validate(self) -> None:
        try:
            validate_email(self.to)
        except ValidationError:
            raise mailing.Unsaid(_("that is not an e-mail address")) from None

    def _was_sent(self, rows, now: datetime) -> None:
        with writing():
            _of(rows).update(sent_at=timezone.now(), error="")
            if self.kind == Mail.Kind.PUBLISHED:
                Unconfirmed.wrote_to(self.to)
            if Heartbeat.beat(Heartbeat.MAIL):
                from comments import tasks

                # It works again: nobody need wait for a next try that was set while it did not.
                Mail.objects.open().filter(tries__gt=0, claimed_at=None).update(due_at=now)
                for pk in Mail.objects.to_send(now).values_list("pk", flat=True)[:AT_ONCE]:
                    later(tasks.send_mail, pk)

    def _may_have_gone(self, rows, at: datetime) -> None:
        """It counts as sent, with the words for the history as its error."""
        words = _("it may have been sent, and is not sent a second time")
        with writing():
            _of(rows).update(sent_at=at, error=words)
            Unconfirmed.wrote_to(self.to)

    def _was_refused(self, rows, now: datetime, refusal: SMTPRecipientsRefused) -> None:
        """By the server, for this address alone: it works. 5xx is its last word."""
        codes = [code for code, _words in refusal.recipients.values()]
        words = _("the mail server refused the address (%(code)d)") % {"code": max(codes)}
        with writing():
            Heartbeat.beat(Heartbeat.MAIL)
        if max(codes) >= 500:
            self._close(rows, now, words)
        else:
            self._try_again(rows, now, words)

    def _was_not_sent(self, rows, now: datetime, failure: Exception) -> None:
        words = mail_faults.fault(failure)
        with writing():
            Heartbeat.beat(Heartbeat.MAIL, Heartbeat.State.UNREACHABLE, words)
        if self.kind == Mail.Kind.PUBLISHED and isinstance(failure, mail.Unanswered):
            self._may_have_gone(rows, now)
        else:
            self._try_again(rows, now, words)

    def _try_again(self, rows, now: datetime, words: str) -> None:
        pause = PAUSES[self.tries - 1] if self.tries <= len(PAUSES) else LONG_PAUSE
        if now + pause > self.created_at + GIVE_UP:
            self._close(rows, now, words)
            return
        with writing():
            _of(rows).update(claimed_at=None, due_at=now + pause, error=words[:200])

    def _put_off(self, rows, until: datetime) -> None:
        with writing():
            _of(rows).update(claimed_at=None, due_at=until, tries=F("tries") - 1)

    def _close(self, rows, now: datetime, words: str) -> None:
        if rows:
            with writing():
                _of(rows).update(claimed_at=None, closed_at=now, error=words[:200])

    @property
    def waits_for_post(self) -> bool:
        """See also MailQuerySet.waiting_for_post."""
        comment = self.comment if self.kind in ABOUT_PUBLIC and self.is_open else None
        is_approved = bool(comment) and comment.status == "approved"
        return is_approved and not comment.post.is_visible(timezone.now())

    @property
    def is_open(self) -> bool:
        return not (self.sent_at or self.closed_at)

    @property
    def at(self) -> datetime:
        return self.sent_at or self.closed_at or self.created_at

    @property
    def sentence(self) -> str:
        """For people who read the history."""
        who = isolated(self.by) if self.by else _("Someone who has left")
        words = _(_SENTENCES[self.kind]) % {"who": who}
        if self.sent_at:
            return (
                _("%(mail)s: %(why)s") % {"mail": words, "why": self.error} if self.error else words
            )
        if self.closed_at:
            return _("%(mail)s: not sent, %(why)s") % {"mail": words, "why": self.error}
        if self.waits_for_post:
            return _("%(mail)s: waits until the post is public") % {"mail": words}
        if self.error:
            return _("%(mail)s: not sent yet, %(why)s") % {"mail": words, "why": self.error}
        return _("%(mail)s: on its way") % {"mail": words}


def _of(rows):
    return Mail.objects.filter(pk__in=[row.pk for row in rows])


_SENTENCES = {
    Mail.Kind.DIGEST: gettext_noop("Mail to a moderator"),
    Mail.Kind.LIVE: gettext_noop("Mail to the author of the post: a new comment"),
    Mail.Kind.PUBLISHED: gettext_noop("Mail to the commenter: it is published"),
    Mail.Kind.REPLY: gettext_noop("Mail to the writer of the comment above: an answer"),
    Mail.Kind.LINKS: gettext_noop("Mail with lost links"),
    Mail.Kind.LETTER: gettext_noop("%(who)s wrote to the commenter"),
    Mail.Kind.ALERT: gettext_noop("Mail to an administrator"),
}
