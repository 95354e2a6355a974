import hashlib
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog import markup
from blog.characters import isolated
from blog.models import Post
from comments.models.check import Check, CheckQuerySet
from comments.models.identifiers import new_identifier
from comments.models.indexes import INDEXES, Beginning
from comments.models.own import Own
from comments.models.probe import Probe
from comments.models.removal import RemovalQuerySet
from comments.models.revised import Revised
from comments.models.rights import RightsQuerySet
from comments.models.standing import UNCHECKED, Standing
from comments.models.verbs import Verbs
from comments.moderation import Reason


class CommentQuerySet(CheckQuerySet, RemovalQuerySet, RightsQuerySet):
    def public(self, now: datetime):
        """Approved, and on a post that is itself visible: the one door to every public surface."""
        return self.filter(
            status=Comment.Status.APPROVED, post__in=Post.objects.visible(now).values("pk")
        )

    def under_not_public(self, now: datetime):
        """Nobody reads these before their post is public, whatever is decided on them."""
        return self.filter(post__in=Post.objects.not_public(now).values("pk"))

    def by_email(self, email: str, since: datetime | None = None):
        """Whatever the case; served by an index, which `iexact` is not on PostgreSQL."""
        found = self.alias(address=Lower("author_email")).filter(address=Lower(Value(email)))
        if since is None:
            return found
        # All of them: the index has the time behind the status.
        return found.filter(status__in=Comment.Status.values, submitted_at__gte=since)

    def with_text(self, digest: str):
        """That is the same but for case and spaces."""
        found = self.alias(beginning=Beginning("text_digest"))
        found = found.filter(beginning=digest[: Beginning.LENGTH])
        # From `=` SQLite would work out the beginning, and see no index for it any more.
        return found.filter(text_digest__range=(digest, digest))

    def waiting(self):
        """For a person: with its verdict, or where the check failed; never before it is in."""
        over = Q(next_check_at=None) | Q(provisional_until__lte=timezone.now())
        final = over & Q(screened=Comment.Screened.HAM)
        failed = Q(screened__in=(Comment.Screened.UNAVAILABLE, Comment.Screened.SKIPPED))
        return self.filter(final | failed, status=Comment.Status.PENDING)


class Comment(Standing, Verbs, Check, Probe, Own, Revised, models.Model):
    class Status(models.TextChoices):
        PENDING = "pending", _("Pending")
        APPROVED = "approved", _("Approved")
        SPAM = "spam", _("Spam")
        TRASH = "trash", _("Trash")

    class Screened(models.TextChoices):
        """What became of the check; `waiting` alone means that there is no result yet."""

        WAITING = "waiting"
        HAM = "ham"
        SPAM = "spam"
        UNAVAILABLE = "unavailable"
        SKIPPED = "skipped"

    UNCHECKED = UNCHECKED

    # Names the comment outside the database: in web addresses, cookies, links and forms. `pk` stays
    # inside, because a restored backup gives it out again.
    public_id = models.BigIntegerField(unique=True, default=new_identifier, editable=False)
    # Each decision writes into every index of its row: these have none of their own where another
    # serves, and else a partial one.
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
    # A new one with each change: a button claims the version that its page showed.
    version = models.BigIntegerField(default=new_identifier)
    held_because = models.JSONField(default=list)

    screened = models.CharField(max_length=12, choices=Screened, default=Screened.WAITING)
    screened_at = models.DateTimeField(null=True)
    checks = models.PositiveSmallIntegerField(default=0)
    next_check_at = models.DateTimeField(null=True)
    # The last call to Akismet about it, and how often it failed while others passed.
    asked_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    # Akismet looks at its links until then and is asked again.
    provisional_until = models.DateTimeField(null=True)
    # Akismet called it blatant; it is kept as spam all the same, but not for long.
    discarded = models.BooleanField(default=False)
    check_error = models.CharField(max_length=200, blank=True)
    guid = models.CharField(max_length=64, blank=True)
    believed = models.CharField(max_length=4, blank=True)

    digest = models.CharField(max_length=64)
    # Equal where the text is, case and spaces apart.
    text_digest = models.CharField(max_length=64)
    submitted_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    # Of a first comment: no more replies in its thread; see Closing.
    locked_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    # A stub: all that it said is gone, and it stands only because it was answered.
    emptied_at = models.DateTimeField(null=True)
    # The first report since the last decision.
    reported_at = models.DateTimeField(null=True)
    # When the address was cut to its network and the browser forgotten.
    cut_at = models.DateTimeField(null=True)
    ip = models.GenericIPAddressField(null=True)
    network = models.CharField(max_length=43, blank=True)
    user_agent = models.CharField(max_length=500, blank=True)
    referrer = models.CharField(max_length=500, blank=True)
    submission = models.JSONField(null=True)
    kept_because = models.TextField(blank=True)
    # When moderators were written to about it; see comments/digest.py.
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
        """The feeds' id; it stays when the post gets another address."""
        return f"{self.post.uuid.urn}#comment-{self.public_id}"

    def save(self, *args, **kwargs):
        if self._state.adding:
            self.body_html = markup.render_comment(self.body)
            self.render_version = markup.RENDER_VERSION
            self.text_digest = self.text_digest_of(self.body)
        super().save(*args, **kwargs)

    @staticmethod
    def digest_of(post_id: int, parent_id: int | None, said: dict) -> str:
        """Equal where the same person said the same at the same place."""
        parts = (post_id, parent_id or "", said["name"], said["email"].lower(), said["body"])
        return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()

    @staticmethod
    def text_digest_of(body: str) -> str:
        return hashlib.sha256(" ".join(body.casefold().split()).encode()).hexdigest()

    # What the queue and the page say of it.

    @property
    def html(self):
        return markup.stored(self.body_html)

    @property
    def dead_html(self):
        """Its links not clickable: spammers used the waiting comment as a link farm (WP #49956)."""
        return markup.without_links(self.body_html)

    @property
    def reasons(self) -> list[tuple[str, str]]:
        """Why it needs a special look: what was found at the door, and a check without verdict."""
        found = [tuple(reason) for reason in self.held_because]
        if self.is_provisional:
            found.append((Reason.PROVISIONAL, ""))
        return [*found, (Reason.NOT_CHECKED, self.check_error)] if self.is_unchecked else found
