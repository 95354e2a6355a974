from collections import defaultdict
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from blog.models import Post
from comments.models.due import Due

# After this time another worker may repeat an unfinished sending.
LEASE = timedelta(minutes=5)
# How long rows without a comment are kept: mails with lost links, and others.
KEPT_LINKS = timedelta(days=1)
KEPT = timedelta(days=30)
# How often `created_at` is renewed while a mail waits for its post.
RENEWED = timedelta(days=1)
# Kinds that announce a public comment.
ABOUT_PUBLIC = ("live", "published", "reply")


class MailQuerySet(models.QuerySet):
    def queue(
        self, kind: str, to: str, *, key: str, due_at: datetime | None = None, **more
    ) -> list[Due]:
        """Writes one row for each key, within writing(), and returns it if it is due now."""
        now = timezone.now()
        row = self.model(kind=kind, to=to, key=key, created_at=now, due_at=due_at or now, **more)
        self.queue_all([row])
        row = self.get(key=key)
        return [Due("mail", row.pk)] if row.is_open and row.due_at <= now else []

    def queue_all(self, rows: list) -> None:
        """Reopens rows that were closed unsent: a comment may be published again before the first
        mail was sent."""
        keys = defaultdict(list)
        for row in rows:
            keys[row.due_at].append(row.key)
        for due_at, same in keys.items():
            closed = self.filter(key__in=same, sent_at=None, closed_at__isnull=False)
            again = {"due_at": due_at, "created_at": timezone.now()}
            closed.update(closed_at=None, error="", tries=0, **again)
        self.bulk_create(rows, ignore_conflicts=True)

    def open(self) -> Self:
        return self.filter(sent_at=None, closed_at=None)

    def to_send(self, now: datetime) -> Self:
        free = Q(claimed_at=None) | Q(claimed_at__lte=now - LEASE)
        due = self.open().filter(free, due_at__lte=now).order_by("due_at", "pk")
        return due.exclude(pk__in=self.model.objects.waiting_for_post(now).values("pk"))

    def waiting_for_post(self, now: datetime) -> Self:
        unseen = Post.objects.not_public(now).values("pk")
        open_ones = self.open().filter(kind__in=ABOUT_PUBLIC)
        return open_ones.filter(comment__status="approved", comment__post__in=unseen)

    def keep_waiting(self, now: datetime) -> None:
        """Renews `created_at`, so that no mail expires while it waits for its post. Call it within
        writing()."""
        old = self.model.objects.waiting_for_post(now).filter(created_at__lt=now - RENEWED)
        self.filter(pk__in=list(old.values_list("pk", flat=True))).update(created_at=now)

    def to_forget(self, now: datetime) -> Self:
        done = Q(sent_at__isnull=False) | Q(closed_at__isnull=False)
        links = done & Q(kind="links", created_at__lt=now - KEPT_LINKS)
        return self.filter(links | Q(created_at__lt=now - KEPT), comment=None)

    def in_same_mail_as(self, row) -> Self:
        """Rows that go out in one mail with this one: to an author about one post, to a commenter
        about the replies to one comment."""
        same = self.filter(kind=row.kind, to=row.to)
        match row.kind:
            case "live":
                return same.filter(comment__post=row.comment.post_id)
            case "reply":
                return same.filter(comment__parent=row.comment.parent_id)
        return self.filter(pk=row.pk)


class Mail(models.Model):
    """A mail to send. Its text is written at the time of sending, so that it is up to date. The
    rows say what is due and what was sent; a task is only a hint."""

    class Kind(models.TextChoices):
        DIGEST = "digest"  # to a moderator: pending comments
        LIVE = "live"  # to the post's author: a comment is public
        PUBLISHED = "published"  # to the commenter who asked for mail
        REPLY = "reply"  # to a confirmed subscriber; the row's comment is the reply
        LINKS = "links"  # the lost links of an address
        LETTER = "letter"  # from a moderator to the commenter
        ALERT = "alert"  # to an Administrator: something is broken

    kind = models.CharField(max_length=10, choices=Kind)
    to = models.EmailField(max_length=254)
    # Equal for mails that must be sent only once, such as `published:12`.
    key = models.CharField(max_length=150, unique=True)
    comment = models.ForeignKey("comments.Comment", models.CASCADE, null=True, related_name="mails")
    # The member of staff that it goes to; null for a reader.
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    text = models.TextField(blank=True)
    # The network that asked for lost links.
    network = models.CharField(max_length=43, blank=True)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    # Not sent: given up, or not needed any more. `error` says why.
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
            # Earlier mails to an address
            models.Index(fields=["to", "kind", "created_at"], name="mail_to"),
            # Requests at /comments/find/ from one network
            models.Index(
                fields=["network", "created_at"], condition=~Q(network=""), name="mail_network"
            ),
        ]

    def __str__(self):
        return self.key

    @property
    def waits_for_post(self) -> bool:
        # See also MailQuerySet.waiting_for_post.
        comment = self.comment if self.kind in ABOUT_PUBLIC and self.is_open else None
        is_approved = bool(comment) and comment.status == "approved"
        return is_approved and not comment.post.is_visible(timezone.now())

    @property
    def is_open(self) -> bool:
        return not (self.sent_at or self.closed_at)

    @property
    def at(self) -> datetime:
        return self.sent_at or self.closed_at or self.created_at
