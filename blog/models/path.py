"""Addresses of posts: the slug, the path, and every former path."""

import re
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import TextChoices
from django.urls import get_resolver, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.text.slugs import free_slug, make_slug

# No page may take these from addresses that programs ask for and readers guess.
KEPT_FREE = frozenset({"search", "healthz", "readyz"})


class Kind(TextChoices):
    POST = "post", gettext_lazy("Post")
    PAGE = "page", gettext_lazy("Page")


class OldPath(models.Model):
    """A redirect: a former path of a post, or one that leads to another page or site. Looked up
    before a 404 and answered by one 301."""

    path = models.CharField(
        gettext_lazy("old web address"),
        max_length=500,
        unique=True,
        error_messages={"unique": gettext_lazy("This old web address is already in the list.")},
    )
    post = models.ForeignKey(
        "blog.Post", models.CASCADE, null=True, blank=True, related_name="old_paths"
    )
    # A path of this site, or the whole address of a page of another one.
    target = models.CharField(gettext_lazy("web address"), max_length=500, blank=True)

    class Meta:
        verbose_name = gettext_lazy("redirect")
        verbose_name_plural = gettext_lazy("redirects")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(post=None) ^ models.Q(target=""), name="redirect_to_one_place"
            )
        ]

    def __str__(self):
        return self.path

    @property
    def place(self) -> str:
        """Return where it leads."""
        return self.target or self.post.get_absolute_url()


class Addressed(models.Model):
    """A slug made from the title, and a path from the first publication on."""

    # The stored values that save() compares with.
    ADDRESS = ("status", "path", "slug", "kind", "title", "published_at")

    class Meta:
        abstract = True

    def clean(self):
        self.slug = make_slug(self.slug or "") or None
        if self.slug is None:
            return
        if self.is_of_site(self.slug):
            raise ValidationError({"slug": _("This web address belongs to the site itself.")})
        if self.in_the_way(self.slug):
            raise ValidationError({"slug": _("This web address belongs to another post.")})

    def is_of_site(self, slug: str) -> bool:
        is_page = self.kind == Kind.PAGE
        return is_page and not self._has(slug) and _is_taken_by_site(slug)

    def in_the_way(self, slug: str):
        """Return the other post that has this slug, or had its path."""
        others = type(self).objects.exclude(pk=self.pk)
        if other := others.filter(slug=slug, kind=self.kind).first():
            return other
        if self._has(slug):
            return None
        return others.filter(old_paths__path=self._path_of(slug)).first()

    def _has(self, slug: str) -> bool:
        return type(self).objects.filter(pk=self.pk, slug=slug, kind=self.kind).exists()

    def get_absolute_url(self):
        return self.path or reverse("admin:blog_post_change", args=[self.pk])

    @property
    def url(self) -> str:
        return settings.SITE_URL + self.get_absolute_url()

    def _fill_address(self, before: dict) -> None:
        published = self.status == self.Status.PUBLISHED
        if not self.published_at and (published or before.get("path")):
            # Forms show no microseconds, and must send back the stored value.
            now = timezone.now().replace(microsecond=0)
            self.published_at = before.get("published_at") or now
        if not self.slug or self._follows_title(before):
            self._fill_slug()
        if published and (not self.path or _is_scheduled(before)):
            self.path = self._path_of(self.slug)
        elif _is_scheduled(before):
            self.path = None
        elif self.path and before and before["slug"] != self.slug:
            self.path = self.path.rstrip("/").rpartition("/")[0] + f"/{self.slug}/"
        if self.path and before and before["kind"] != self.kind:
            self.path = self._path_of(self.slug)
        self._remember(before.get("path"))

    def _follows_title(self, before: dict) -> bool:
        # The slug follows the title while it was not edited and no path exists.
        if self.path or not before or (before["slug"], before["title"]) == (self.slug, self.title):
            return False
        slug = re.escape(make_slug(before["title"]))
        return before["slug"] == self.slug and bool(re.fullmatch(rf"{slug}(-\d+)?", self.slug))

    def _fill_slug(self) -> None:
        if self.title or self.status == self.Status.PUBLISHED:
            taken = type(self).objects.filter(kind=self.kind).exclude(pk=self.pk)
            self.slug = free_slug(self.title, taken, fallback="post", is_free=self._is_free)

    def _is_free(self, slug: str) -> bool:
        # Neither an address of the site itself nor a former path of another post.
        former = OldPath.objects.filter(path=self._path_of(slug)).exclude(post=self.pk)
        return not (self.kind == Kind.PAGE and _is_taken_by_site(slug)) and not former.exists()

    def _path_of(self, slug: str) -> str:
        if self.kind == Kind.PAGE:
            return f"/{slug}/"
        day = (self.published_at or timezone.now()).astimezone(ZoneInfo(settings.TIME_ZONE))
        return f"/{day:%Y/%m}/{slug}/"

    def _remember(self, old: str | None) -> None:
        if old and old != self.path:
            former = {"post": self, "target": ""}
            OldPath.objects.update_or_create(path=old, defaults=former)
        if self.path:
            OldPath.objects.filter(path=self.path).delete()


def _is_scheduled(before: dict) -> bool:
    # The path may still follow the date: nothing was published there yet.
    return before.get("status") == "published" and before["published_at"] > timezone.now()


def _is_taken_by_site(slug: str) -> bool:
    is_other = resolve(f"/{slug}/").url_name != "page"
    return is_other or slug in KEPT_FREE or slug in _first_words()


@cache
def _first_words() -> frozenset[str]:
    """Return the first parts of the site's own addresses: a page at /comments/ would hide its
    feed."""
    patterns = get_resolver().url_patterns
    included = [inner for outer in patterns for inner in getattr(outer, "url_patterns", [outer])]
    routes = [str(pattern.pattern) for pattern in (*patterns, *included)]
    return frozenset(route.partition("/")[0] for route in routes) | {settings.STATIC_URL.strip("/")}
