from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from comments.models.mail_queryset import ABOUT_PUBLIC, MailQuerySet


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
