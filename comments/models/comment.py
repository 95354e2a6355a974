import hashlib
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.models import Post
from blog.text import markup
from blog.text.characters import isolated
from blog.transactions import writing
from comments.models import comment_words, verbs
from comments.models.conflict import ITS_AUTHOR
from comments.models.identifiers import new_identifier
from comments.models.indexes import INDEXES
from comments.models.querysets import GIVE_UP, CommentQuerySet
from comments.models.states import SAME_AS_SPAM, UNCHECKED, Screened, Status
from comments.models.verbs import Outcome
from comments.rules.holding import Reason
from comments.rules.outage import Kind

# How long authors may edit their comments.
EDITABLE = timedelta(minutes=15)


class Comment(models.Model):
    Status, Screened, UNCHECKED = Status, Screened, UNCHECKED

    # Values of check_error that are not failures of Akismet.
    NO_KEY, NO_ADDRESS, LIMIT = str(Kind.NO_KEY), str(Kind.NO_ADDRESS), str(Kind.LIMIT)
    SAME = SAME_AS_SPAM
    AWAY = "away"  # Akismet was away when the comment was due

    # Names the comment outside the database: in web addresses, cookies, links and forms. `pk` stays
    # inside, because a restored backup gives it out again.
    public_id = models.BigIntegerField(unique=True, default=new_identifier, editable=False)
    # A decision writes into every index of its row, so these foreign keys use another index or a
    # partial one.
    post = models.ForeignKey(Post, models.CASCADE, related_name="comments", db_index=False)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="replies", db_index=False
    )
    root = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)
    depth = models.PositiveSmallIntegerField(default=0)

    author_name = models.CharField(_("name"), max_length=100)
    author_email = models.EmailField(_("e-mail"), max_length=254)
    author_url = models.URLField(_("website"), max_length=300, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, db_index=False)
    # True where the check is skipped because the writer could have approved it.
    user_is_staff = models.BooleanField(default=False)
    body = models.TextField(_("comment"))
    body_html = models.TextField()
    render_version = models.PositiveSmallIntegerField(default=0)

    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    status_at = models.DateTimeField()
    # New with each change. A button sends the version that its page showed.
    version = models.BigIntegerField(default=new_identifier)
    held_because = models.JSONField(default=list)

    screened = models.CharField(max_length=12, choices=Screened, default=Screened.WAITING)
    screened_at = models.DateTimeField(null=True)
    checks = models.PositiveSmallIntegerField(default=0)
    next_check_at = models.DateTimeField(null=True)
    # The last call to Akismet about it, and how often it failed while calls about others passed.
    asked_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    # Akismet examines its links until then and is asked again afterwards.
    provisional_until = models.DateTimeField(null=True)
    # Akismet called it blatant spam; it is kept as spam for a shorter time.
    discarded = models.BooleanField(default=False)
    check_error = models.CharField(max_length=200, blank=True)
    guid = models.CharField(max_length=64, blank=True)
    believed = models.CharField(max_length=4, blank=True)

    digest = models.CharField(max_length=64)
    # Equal for equal texts, ignoring case and spaces.
    text_digest = models.CharField(max_length=64)
    submitted_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    # The last edit by a moderator, until its author edits it again.
    revised_at = models.DateTimeField(null=True)
    # Its index is partial; it serves the deletion of the account.
    revised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    # Set on the first comment of a thread that takes no more replies; see Closing.
    locked_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    # Its content is deleted; the row stays only because it has replies.
    emptied_at = models.DateTimeField(null=True)
    # The first report since the last decision.
    reported_at = models.DateTimeField(null=True)
    # When the IP address was shortened to its network and the user agent deleted.
    cut_at = models.DateTimeField(null=True)
    ip = models.GenericIPAddressField(null=True)
    network = models.CharField(max_length=43, blank=True)
    user_agent = models.CharField(max_length=500, blank=True)
    referrer = models.CharField(max_length=500, blank=True)
    submission = models.JSONField(null=True)
    kept_because = models.TextField(blank=True)
    # When moderators got a mail about it; see comments/mail/digest.py.
    told_at = models.DateTimeField(null=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        default_permissions = ("view",)
        permissions = [
            ("decide_comment", "Can decide on every comment"),
            ("decide_own", "Can decide on comments under own posts"),
            ("erase_comment", "Can export and erase what is kept of an address"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=("pending", "approved", "spam", "trash")),
                name="comment_status",
            )
        ]
        indexes = INDEXES

    def __str__(self):
        return f"{isolated(self.author_name)}: {self.body[:40]}"

    def get_absolute_url(self):
        return f"{self.post.path}comments/{self.public_id}/"

    @property
    def url(self) -> str:
        return settings.SITE_URL + self.get_absolute_url()

    @property
    def urn(self) -> str:
        # The id in feeds, independent of the post's path.
        return f"{self.post.uuid.urn}#comment-{self.public_id}"

    def save(self, *args, **kwargs):
        is_new = self._state.adding
        if is_new:
            self.body_html = markup.render_comment(self.body)
            self.render_version = markup.RENDER_VERSION
            self.text_digest = self.text_digest_of(self.body)
        written = kwargs.get("update_fields")
        with writing():
            super().save(*args, **kwargs)
            if written is None or not set(comment_words.COLUMNS).isdisjoint(written):
                texts = (getattr(self, name) for name in comment_words.COLUMNS)
                words = {self.pk: comment_words.of_comment(*texts)}
                comment_words.INDEX.write(words, are_new=is_new)

    def delete(self, *args, **kwargs):
        with writing():
            pk = self.pk
            deleted = super().delete(*args, **kwargs)
            comment_words.INDEX.remove([pk])
        return deleted

    @staticmethod
    def digest_of(post_id: int, parent_id: int | None, fields: dict) -> str:
        # Equal where the same person sent the same text at the same place.
        parts = (post_id, parent_id or "", fields["name"], fields["email"].lower(), fields["body"])
        return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()

    @staticmethod
    def text_digest_of(body: str) -> str:
        return hashlib.sha256(" ".join(body.casefold().split()).encode()).hexdigest()

    # Verbs, see comments/models/verbs.py. A verb uses the version of this instance, so it does
    # nothing if somebody else was faster. It raises PermissionDenied where `by` may not decide.

    def approve(self, *, by) -> Outcome:
        """Where it is approved already, keeps it and ends its second look."""
        return self._decide("approve", by)

    def hold(self, *, by) -> Outcome:
        return self._decide("hold", by)

    def mark_spam(self, *, by) -> Outcome:
        return self._decide("spam", by)

    def trash(self, *, by) -> Outcome:
        return self._decide("trash", by)

    def restore(self, *, by) -> Outcome:
        return self._decide("restore", by)

    def _decide(self, verb: str, by) -> Outcome:
        outcome = self.decide({self.public_id: self.version}, verb, by=by)
        self.refresh_from_db(
            fields=["status", "status_at", "version", "screened", "check_error", "next_check_at"]
        )
        return outcome

    def withdraw(self) -> None:
        """The author's withdrawal; final. Deletes the text unless it is kept as evidence, and ends
        mail about replies."""
        verbs.withdraw(Comment.objects, self)

    @classmethod
    def decide(cls, rows: Mapping[int, int | None], verb: str, *, by, batch=None) -> Outcome:
        """`rows` maps each public_id to the version that the person saw, None for any. `batch` is
        the sender's id of the press; see comments/models/batch.py."""
        return verbs.decide(cls.objects, rows, verb, by=by, batch=batch)

    @classmethod
    def undo(cls, batch: uuid.UUID, *, by, only: int | None = None, as_batch=None) -> Outcome:
        """Reverses a batch, or `only` one comment of it (a public_id), where its Decision is still
        the last. An undo is a batch too. It never publishes a text that `by` has not read."""
        return verbs.undo(cls.objects, batch, by=by, only=only, as_batch=as_batch)

    def set_aside(self, *, reason: str) -> Outcome:
        """The spam check's only move: to spam, while it is pending and no person has decided."""
        return self.set_aside_all([self.public_id], reason=reason)

    @classmethod
    def set_aside_all(cls, ids: Iterable[int], *, reason: str) -> Outcome:
        return verbs.set_aside(cls.objects, ids, reason=reason)

    @classmethod
    def take_down_erased(cls, ids: Iterable[int], *, by) -> Outcome:
        return verbs.take_down_erased(cls.objects, ids, by=by)

    @classmethod
    def changed_since(cls, rows: dict[int, int], *, by) -> list[dict]:
        """Returns the comments whose version is no longer the one that was seen, as in
        Outcome.lost."""
        return verbs.changed_since(cls.objects, rows, by=by)

    @property
    def is_over(self) -> bool:
        return bool(self.withdrawn_at or self.emptied_at)

    @property
    def is_unchecked(self) -> bool:
        return self.screened in UNCHECKED and not self.user_is_staff

    # See also LATE_SPAM and REPORTED in comments/models/second_look.py.

    @property
    def has_late_spam(self) -> bool:
        is_spam = self.status == "approved" and self.screened == "spam"
        return is_spam and bool(self.screened_at and self.screened_at > self.status_at)

    @property
    def is_reported(self) -> bool:
        reported = bool(self.reported_at and self.reported_at > self.status_at)
        return self.status == "approved" and reported

    @property
    def needs_second_look(self) -> bool:
        return self.has_late_spam or self.is_reported

    @property
    def last_edit(self) -> tuple[int | str, datetime] | None:
        """Returns the editor (a user's id, or a label) and the time."""
        if self.revised_at:
            return self.revised_by_id or "", self.revised_at
        return (str(ITS_AUTHOR), self.edited_at) if self.edited_at else None

    def was_edited_since(self, decision, by) -> bool:
        """Edits by `by` do not count."""
        edit = self.last_edit
        return bool(edit and edit[1] > decision.created_at and edit[0] != by.pk)

    def would_publish_unread(self, decision, by) -> bool:
        publishes = decision.old_status == "approved" != self.status
        return publishes and self.was_edited_since(decision, by)

    @property
    def html(self):
        return markup.stored(self.body_html)

    @property
    def dead_html(self):
        """Without clickable links: spammers used pending comments as a link farm (WP #49956)."""
        return markup.without_links(self.body_html)

    @property
    def reasons(self) -> list[tuple[str, str]]:
        reasons = [tuple(reason) for reason in self.held_because]
        if self.is_provisional:
            reasons.append((Reason.PROVISIONAL, ""))
        if self.is_unchecked:
            reasons.append((Reason.NOT_CHECKED, self.check_error))
        return reasons

    @property
    def is_provisional(self) -> bool:
        # Akismet called it ham but still examines its links.
        until = self.provisional_until
        return bool(until and self.next_check_at and timezone.now() < until)

    @property
    def is_given_up(self) -> bool:
        return not self.next_check_at or timezone.now() > self.submitted_at + GIVE_UP

    @property
    def editable_until(self) -> datetime:
        return self.submitted_at + EDITABLE

    def is_editable(self, now: datetime) -> bool:
        # Not after a verdict of spam: nobody should test which words get through.
        waits = self.status == self.Status.PENDING and self.screened != self.Screened.SPAM
        return waits and now < self.editable_until
