import secrets
import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.timesince import timeuntil
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from blog.cache import versions
from blog.models import post_words
from blog.models.byline import PostAuthor
from blog.models.correction import Correction
from blog.models.path import Addressed, Kind
from blog.models.tag import PostTag, PostTags, Tag, in_reading_order
from blog.models.text import Text, TextQuerySet
from blog.models.user import Role
from blog.text.languages import is_code
from blog.transactions import writing

TRASH_DAYS = 30
# States of a published post before and after readers see it; not stored.
SCHEDULED, EXPIRED = "scheduled", "expired"


class ChangedMeanwhile(Exception):
    """Somebody saved the post after this person opened it. Nothing was written."""


def new_version() -> int:
    # Small enough for a number in a script.
    return secrets.randbits(53)


class PostQuerySet(TextQuerySet):
    def delete(self):
        with writing() as scopes:
            posts = dict(self.values_list("pk", "status"))
            scopes.update(*(Post(pk=pk).pages(status) for pk, status in posts.items()))
            deleted = super().delete()
            post_words.INDEX.remove(posts)
        return deleted

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def render_again(self) -> None:
        pks = list(self.values_list("pk", flat=True))
        super().render_again()
        post_words.write(Post.objects.filter(pk__in=pks))

    def visible(self, now: datetime):
        """Return what the public may see; every public page begins with it. See also
        is_visible()."""
        return self.filter(
            Q(expires_at=None) | Q(expires_at__gt=now),
            status=Post.Status.PUBLISHED,
            published_at__lte=now,
        )

    def not_public(self, now: datetime):
        return self.exclude(pk__in=Post.objects.visible(now).values("pk"))

    def stream(self):
        return self.filter(kind=Post.Kind.POST).order_by("-published_at", "-pk")

    def before(self, post):
        # With the first filter alone the index finds the place.
        older = self.filter(published_at__lte=post.published_at)
        return older.exclude(published_at=post.published_at, pk__gte=post.pk)

    def after(self, post):
        newer = self.filter(published_at__gte=post.published_at)
        return newer.exclude(published_at=post.published_at, pk__lte=post.pk)

    def by(self, person):
        return self.filter(Q(author=person) | Q(pk__in=person.posts_with.values("post")))

    def for_cards(self):
        return self.defer("body", "body_html", "body_text").with_authors("lead_image", "lead_tag")

    def with_authors(self, *related: str):
        people = models.Prefetch("bylines", PostAuthor.objects.select_related("user"))
        return self.select_related("author", *related).prefetch_related(people)

    def with_is_corrected(self):
        """Spare posts without corrections, almost all, the query for them."""
        corrections = Correction.objects.filter(post=models.OuterRef("pk"))
        return self.annotate(is_corrected=models.Exists(corrections))

    def readable_by(self, user, now: datetime):
        """Return visible posts, and private ones for their authors, Editors and Administrators."""
        if not user.is_authenticated:
            return self.visible(now)
        private = self.filter(status=Post.Status.PRIVATE)
        if not user.has_role(Role.ADMINISTRATOR, Role.EDITOR):
            private = private.by(user)
        return self.visible(now) | private

    def in_state(self, state: str, now: datetime):
        """Return posts by what people call their status: SCHEDULED and EXPIRED are states too."""
        dated = self.filter(status=Post.Status.PUBLISHED)
        if state == SCHEDULED:
            return self.scheduled(now)
        if state == EXPIRED:
            return dated.filter(published_at__lte=now, expires_at__lte=now)
        return self.visible(now) if state == Post.Status.PUBLISHED else self.filter(status=state)

    def gone(self, now: datetime):
        """Return posts that were public at their path and no longer are: 410 instead of 404."""
        expired = Q(status=Post.Status.PUBLISHED, expires_at__lte=now)
        was_public = Q(was_public=True) | expired
        return self.not_public(now).filter(was_public, path__isnull=False)

    def in_review(self):
        return self.filter(status=Post.Status.REVIEW)

    def scheduled(self, now: datetime):
        return self.filter(status=Post.Status.PUBLISHED, published_at__gt=now)

    def not_live_yet(self, now: datetime):
        """Return drafts, what waits for review, and what is scheduled."""
        unfinished = self.filter(status__in=(Post.Status.DRAFT, Post.Status.REVIEW))
        return unfinished | self.scheduled(now)

    def to_delete(self, now: datetime):
        """Return what has been in the trash for so long that it goes for ever."""
        before = now - timedelta(days=TRASH_DAYS)
        return self.filter(status=Post.Status.TRASH, trashed_at__lte=before)

    def editable_by(self, user):
        if user.has_role(Role.ADMINISTRATOR, Role.EDITOR):
            return self
        if user.has_role(Role.AUTHOR, Role.CONTRIBUTOR):
            return self.by(user)
        return self.none()


class Post(Addressed, Text):
    Kind = Kind

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        REVIEW = "review", _("Pending review")
        PUBLISHED = "published", _("Published")
        PRIVATE = "private", _("Private")
        TRASH = "trash", _("Trash")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.POST)
    title = models.CharField(_("title"), max_length=255)
    # Null until there is a title or a publication, so that two drafts without one do not conflict.
    slug = models.CharField(_("address"), max_length=200, null=True, blank=True)  # noqa: DJ001
    path = models.CharField(max_length=220, unique=True, null=True, editable=False)  # noqa: DJ001
    deck = models.CharField(
        _("deck"),
        max_length=300,
        blank=True,
        help_text=_("One or two sentences under the title."),
    )
    excerpt = models.TextField(
        _("excerpt"),
        blank=True,
        validators=[MaxLengthValidator(1000)],
        help_text=_("Shown on cards and in lists. At most 1,000 characters, never cut."),
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    status_before_trash = models.CharField(
        max_length=10, choices=Status, blank=True, editable=False
    )
    published_at = models.DateTimeField(_("date"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    trashed_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    modified_at = models.DateTimeField(auto_now=True)
    pinned = models.BooleanField(_("pinned to the top of the home page"), default=False)

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="posts", verbose_name=_("author")
    )
    co_authors = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="PostAuthor", related_name="+", blank=True
    )
    lead_image = models.ForeignKey(
        "blog.Image", models.SET_NULL, null=True, blank=True, verbose_name=_("lead picture")
    )
    lead_alt = models.TextField(
        _("description of the lead picture"),
        blank=True,
        help_text=_(
            "What it shows, for those who do not see it. From 250 characters on, consider saying"
            " part of it in the caption, for everybody."
        ),
    )
    lead_decorative = models.BooleanField(
        _("the lead picture is decorative"),
        default=False,
        help_text=_("It says nothing that the text does not: screen readers pass it by."),
    )
    lead_caption = models.TextField(_("caption of the lead picture"), blank=True)
    tags = TaggableManager(through=PostTag, to=Tag, manager=PostTags, blank=True)
    lead_tag = models.ForeignKey(
        Tag,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="led_posts",
        verbose_name=_("label on cards"),
        help_text=_("The first tag, unless another is chosen."),
    )

    canonical_url = models.URLField(_("canonical address"), blank=True)
    meta_description = models.CharField(_("description for search"), max_length=300, blank=True)
    language = models.CharField(_("language"), max_length=12, blank=True, validators=[is_code])
    comments_open = models.BooleanField(_("comments are open"), default=True)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    guid = models.CharField(max_length=255, blank=True, editable=False)
    # SHA-256 of the secret in the preview link (blog/editing/preview_link.py).
    preview_hash = models.CharField(max_length=64, blank=True, editable=False)
    preview_expires_at = models.DateTimeField(null=True, editable=False)
    # Readers once saw it at its path, so they are told that it is gone: 410 instead of 404.
    was_public = models.BooleanField(default=False, editable=False)
    # New with each save. A form sends the version that it was made from, see claim().
    version = models.BigIntegerField(default=new_version, editable=False)
    # A line from the writer to the editor or back, shown until the status changes.
    note = models.CharField(max_length=500, blank=True, editable=False)
    note_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )

    objects = PostQuerySet.as_manager()

    # Columns that save() fills, also with `update_fields`.
    FILLED = ("slug", "path", "published_at", "was_public", "version", "modified_at")

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        permissions = [("publish_post", "Can publish posts")]
        constraints = [models.UniqueConstraint(fields=["kind", "slug"], name="one_slug_a_kind")]
        indexes = [
            # PostQuerySet.visible().stream()
            models.Index(
                fields=["-published_at", "-id"],
                condition=Q(status="published", kind="post"),
                name="published_posts",
            ),
            # PostQuerySet.not_public: without it SQLite reads past the texts to these columns.
            models.Index(
                fields=["id", "status", "published_at", "expires_at"], name="post_visible"
            ),
            # The sitemap, for the same reason (blog/feeds/sitemap.py).
            models.Index(fields=["id"], condition=~Q(canonical_url=""), name="canonical_elsewhere"),
        ]

    def __init__(self, *args, **kwargs):
        # A page takes no comments unless they are opened.
        if kwargs.get("kind") == Kind.PAGE:
            kwargs.setdefault("comments_open", False)
        super().__init__(*args, **kwargs)

    def __str__(self):
        return self.title or str(_("Untitled"))

    def prepare(self) -> None:
        super().prepare()
        post_words.joined(self._prepared[1].text)

    def claim(self, seen: int | None) -> None:
        """Make this the one change to the version `seen`. Within writing(), before save(). Raises
        ChangedMeanwhile."""
        seen_rows = Post.objects.filter(pk=self.pk, version=seen)
        if not seen_rows.update(version=new_version()):
            raise ChangedMeanwhile

    def save(self, *args, **kwargs):
        """Render the body, maintain the path, and invalidate cached pages if readers see the
        post. With `update_fields`, none of them a text, nothing is rendered or indexed."""
        now = timezone.now()
        with writing() as scopes:
            before = Post.objects.filter(pk=self.pk).values(*self.ADDRESS).first() or {}
            self._fill_address(before)
            if fields := kwargs.get("update_fields"):
                kwargs["update_fields"] = {*fields, *self.FILLED}
            else:
                self._render()
            self.was_public = self.was_public or self.is_visible(now) or _is_public(before, now)
            self.version = new_version()
            super().save(*args, **kwargs)
            if not fields:
                post_words.write(Post.objects.filter(pk=self.pk))
            scopes.update(self.pages(before.get("status"), self.status))

    def delete(self, *args, **kwargs):
        with writing() as scopes:
            pk = self.pk
            scopes.update(self.pages(self.status))
            deleted = super().delete(*args, **kwargs)
            post_words.INDEX.remove([pk])
        return deleted

    def pages(self, *statuses: str) -> tuple[str, ...]:
        """Return the scopes of pages with this post, if one of the statuses is public."""
        public = self.Status.PUBLISHED in statuses
        return (versions.SITE, versions.of_post(self.pk)) if public else ()

    # Verbs; the caller saves the post and records a revision. blog/editing/publishing.py says who
    # may use which of them when.

    def save_draft(self, now: datetime) -> None:
        """Keep the status: only a post that is no draft has another verb."""

    def take_down(self, now: datetime) -> None:
        self._become(self.Status.DRAFT)

    def submit(self, now: datetime) -> None:
        self._become(self.Status.REVIEW)

    def send_back(self, now: datetime) -> None:
        self._become(self.Status.DRAFT)

    def publish(self, now: datetime) -> None:
        """Publish at `published_at`, or now if it is empty. A later date schedules the post."""
        self.published_at = self.published_at or now.replace(microsecond=0)
        self._become(self.Status.PUBLISHED)

    def update(self, now: datetime) -> None:
        """Keep the status."""

    def hide(self, now: datetime) -> None:
        self._become(self.Status.PRIVATE)

    def to_trash(self, now: datetime) -> None:
        if self.status != self.Status.TRASH:
            before = self.status
            self._become(self.Status.TRASH)
            self.status_before_trash, self.trashed_at = before, now

    def restore(self, now: datetime) -> None:
        if self.status == self.Status.TRASH:
            self._become(self.status_before_trash or self.Status.DRAFT)

    def _become(self, status: str) -> None:
        self.status = status
        self.status_before_trash, self.trashed_at = "", None

    def choose_lead_tag(self, typed: list[str], label: str = "") -> None:
        # The label on cards is the first tag typed, unless another tag of the post is chosen.
        tags = self.tags.all()
        if self.lead_tag not in tags:
            chosen = [tag for tag in Tag.objects.known([label]).values() if tag in tags]
            self.lead_tag = next(iter(chosen or Tag.objects.named(typed[:1])), None)
            Post.objects.filter(pk=self.pk).update(lead_tag=self.lead_tag)

    def is_scheduled(self, now: datetime) -> bool:
        is_out = self.status == self.Status.PUBLISHED
        return is_out and self.published_at is not None and self.published_at > now

    @property
    def deletion_day(self) -> str:
        """The day on which it goes for ever; "" outside the trash, and where evidence stopped it
        on that day."""
        if self.status != self.Status.TRASH or self.trashed_at is None:
            return ""
        goes_at = timezone.localtime(self.trashed_at + timedelta(days=TRASH_DAYS))
        return date_format(goes_at, "j F") if goes_at > timezone.now() else ""

    @property
    def status_words(self) -> str:
        if day := self.deletion_day:
            return _("Trash (will be deleted on %(day)s)") % {"day": day}
        # A form with an error shows the post with the date as typed, perhaps none.
        now = timezone.now()
        later = self.published_at and self.published_at > now
        if self.status == self.Status.PUBLISHED and not later and self._is_expired(now):
            return _("Expired")
        if self.status != self.Status.PUBLISHED or not later:
            return self.get_status_display()
        return _("Scheduled: %(when)s") % {"when": self.scheduled_words}

    def _is_expired(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now

    @property
    def scheduled_words(self) -> str:
        local = self.published_at.astimezone(ZoneInfo(settings.TIME_ZONE))
        return _("%(time)s (%(zone)s), in %(wait)s") % {
            "time": date_format(local, "D j M Y, H:i"),
            "zone": settings.TIME_ZONE,
            "wait": timeuntil(self.published_at, depth=1).replace("\xa0", " "),
        }

    def status_words_with(self, unsaved: bool) -> str:
        if unsaved and self.is_visible(timezone.now()):
            return _("Published · changes not live")
        return self.status_words

    def is_visible(self, now: datetime) -> bool:
        # The same condition as PostQuerySet.visible().
        return (
            self.status == self.Status.PUBLISHED
            and self.published_at is not None
            and self.published_at <= now
            and (self.expires_at is None or self.expires_at > now)
        )

    @cached_property
    def shown_corrections(self) -> list[Correction]:
        return list(self.corrections.all()) if getattr(self, "is_corrected", True) else []

    @property
    def date_modified(self) -> datetime | None:
        """Return the time of the last correction, else of the publication."""
        times = [correction.at for correction in self.shown_corrections]
        return max(filter(None, [*times, self.published_at]), default=None)

    @property
    def summary(self) -> str:
        return self.excerpt or self.auto_excerpt

    @property
    def lead_description(self) -> str:
        return "" if self.lead_decorative else self.lead_alt or self.lead_image.alt

    @property
    def authors(self) -> list:
        return list(dict.fromkeys([self.author, *(row.user for row in self.bylines.all())]))

    @property
    def author_ids(self) -> set[int]:
        return {self.author_id, *(row.user_id for row in self.bylines.all())}

    @property
    def sorted_tags(self) -> list[Tag]:
        return in_reading_order(self.tags.all())


def _is_public(before: dict, now: datetime) -> bool:
    published = before.get("status") == Post.Status.PUBLISHED
    return published and before["published_at"] <= now
