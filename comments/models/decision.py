from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from blog.characters import isolated
from comments.models.querysets import GIVE_UP
from comments.moderation import feedback_of_move

# A person may think again for so long before Akismet is told.
FEEDBACK_DELAY = timedelta(seconds=60)
# A sender that was killed is followed by another after so long.
FEEDBACK_REPEAT = timedelta(minutes=5)


class DecisionQuerySet(models.QuerySet):
    def to_report(self, now: datetime):
        """What Akismet has to be told now, in order."""
        then = now - FEEDBACK_DELAY
        # After an undo the comment stands as long as it stood before.
        due = self.filter(feedback_sent_at=None, created_at__lte=then, comment__status_at__lte=then)
        free = Q(feedback_claimed_at=None) | Q(feedback_claimed_at__lte=now - FEEDBACK_REPEAT)
        return due.exclude(feedback="").filter(free).order_by("created_at", "pk")

    def of_people(self):
        """What says something of the check: trash says nothing of spam, and what was decided
        before Akismet called it spam says nothing of that."""
        words = self.filter(by_a_person=True).exclude(new_status="trash")
        heard = ~Q(comment__screened="spam") | Q(created_at__gt=F("comment__screened_at"))
        return words.filter(heard)


class Decision(models.Model):
    """One change of status; the first of a comment is its creation. Trail, undo list and outbox."""

    comment = models.ForeignKey("comments.Comment", models.CASCADE, related_name="decisions")
    # Its index is decision_by.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    # Stays when the account is deleted: a person's decision is never taken for the machine's.
    by_a_person = models.BooleanField(default=False)
    old_status = models.CharField(max_length=10, blank=True)
    new_status = models.CharField(max_length=10)
    reason = models.CharField(max_length=20, blank=True)
    # The comment's version before and after; null in rows older than these columns.
    old_version = models.BigIntegerField(null=True)
    new_version = models.BigIntegerField(null=True)
    batch = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    feedback = models.CharField(max_length=4, blank=True)
    feedback_claimed_at = models.DateTimeField(null=True)
    # Without a claim: closed unsent, because nothing had to be said any more.
    feedback_sent_at = models.DateTimeField(null=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            # DecisionQuerySet.to_report
            models.Index(
                fields=["created_at"],
                condition=~Q(feedback="") & Q(feedback_sent_at__isnull=True),
                name="decision_outbox",
            ),
            # Accounts that are deleted
            models.Index(fields=["by"], name="decision_by"),
            # verbs.undo(), and all that Batch is asked
            models.Index(fields=["batch"], condition=Q(batch__isnull=False), name="decision_batch"),
            # comments/figures.py
            models.Index(
                fields=["created_at"], condition=Q(by_a_person=True), name="decision_by_people"
            ),
        ]

    def __str__(self):
        return f"{self.comment_id}: {self.old_status} → {self.new_status}"

    @classmethod
    def of_creation(cls, comment, *, by) -> "Decision":
        return cls(
            comment=comment,
            by=by,
            by_a_person=by is not None,
            new_status=comment.status,
            new_version=comment.version,
            reason=next((code for code, _detail in comment.held_because), "")
            if comment.status == "spam"
            else "",
            created_at=comment.submitted_at,
        )

    @property
    def report_words(self) -> str:
        """What Akismet was told of it, or why nothing."""
        if self.feedback and self.feedback_claimed_at and self.feedback_sent_at:
            words = {"spam": _("Akismet was told: spam"), "ham": _("Akismet was told: not spam")}
            return words[self.feedback]
        moved = self.feedback or feedback_of_move(self.old_status, self.new_status)
        if not self.by_a_person or not moved:
            return ""
        if not self.comment.checks and not self.feedback:
            return ""
        closed_at = self.feedback_sent_at if self.feedback else self.created_at
        if closed_at and closed_at >= self.comment.submitted_at + GIVE_UP:
            return _("too old to report to Akismet")
        return _("Akismet will be told") if self.feedback and not closed_at else ""

    @property
    def sentence(self) -> str:
        """For people who read the history."""
        who = isolated(self.by) if self.by else _("Someone who has left")
        if not self.by_a_person:
            who = _("Akismet") if self.reason == "akismet" else _("Broadside")
        move = (self.old_status, self.new_status)
        takes_back_keep = self.reason == "undo" and self.old_status == self.new_status
        words = _BY_REASON.get("undo of keep" if takes_back_keep else self.reason)
        words = words or _SENTENCES.get(move) or "%(who)s: %(old)s → %(new)s"
        tab = type(self.comment).Status(self.new_status).label
        said = {"who": who, "old": self.old_status, "new": self.new_status, "tab": tab}
        sentence = _(words) % said
        return f"{sentence} ({_NOTES[self.reason]()})" if self.reason in _NOTES else sentence


_SENTENCES = {
    ("", "pending"): gettext_noop("Sent in; it waits for a moderator"),
    ("", "spam"): gettext_noop("Sent in; set aside as spam"),
    ("", "approved"): gettext_noop("%(who)s published it at once"),
    ("", "trash"): gettext_noop("Came in as trash"),
    ("pending", "approved"): gettext_noop("%(who)s approved it"),
    ("spam", "approved"): gettext_noop("%(who)s found it in spam and approved it"),
    ("trash", "approved"): gettext_noop("%(who)s took it out of the trash and approved it"),
    ("pending", "spam"): gettext_noop("%(who)s marked it as spam"),
    ("approved", "spam"): gettext_noop("%(who)s took it down as spam"),
    ("trash", "spam"): gettext_noop("%(who)s moved it from trash to spam"),
    ("pending", "trash"): gettext_noop("%(who)s moved it to trash"),
    ("approved", "trash"): gettext_noop("%(who)s took it down and moved it to trash"),
    ("spam", "trash"): gettext_noop("%(who)s moved it from spam to trash"),
    ("approved", "pending"): gettext_noop("%(who)s took it down again (unapproved)"),
    ("spam", "pending"): gettext_noop("%(who)s took it out of spam; it waits again"),
    ("trash", "pending"): gettext_noop("%(who)s took it out of the trash; it waits again"),
}
_BY_REASON = {
    "keep": gettext_noop("%(who)s looked again and kept it"),
    "undo": gettext_noop("%(who)s took back the decision before: %(tab)s again"),
    "undo of keep": gettext_noop("%(who)s took back that it was kept"),
    "withdrawn": gettext_noop("Its author withdrew it"),
    "erased": gettext_noop("Emptied: its author's address was erased"),
}
_NOTES = {
    "unchecked": lambda: _("without an answer from Akismet"),
    "same-as-spam": lambda: _("the same text had been called spam"),
    "trap": lambda: _("the field that people do not see was filled in"),
    "words": lambda: _("a word of the policy"),
    "network": lambda: _("a network of the policy"),
    "author": lambda: _("an e-mail address of the policy"),
}
