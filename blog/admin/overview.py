"""The first page of the admin: the posts that somebody has to do with, and what is to be mended."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from urllib.parse import unquote

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from blog.cache import versions
from blog.models import OldPath, Post, Role, User
from blog.redirects import check

MOST, WENT_LIVE = 8, 5
# Only so many are checked, so that the page costs as much on a site of ten thousand posts.
NEWEST = 200
# A picture of this site in a rendered text.
SOURCE = re.compile(
    rf'\bsrc="(?:{re.escape(settings.SITE_URL)})?{re.escape(settings.MEDIA_URL)}([^"]+)"'
)
TEXTS = ("body", "body_html", "body_text")


@dataclass(frozen=True)
class Section:
    """`all`: the address of the list with the rest, if there are more posts than shown."""

    posts: list[Post]
    all: str = ""


@dataclass(frozen=True)
class Overview:
    """A section that is None is not for this person."""

    yours: Section
    in_review: Section | None
    scheduled: Section | None
    went_live: Section


@dataclass(frozen=True)
class Fault:
    name: str
    address: str
    sentence: str


def posts_of(user: User, now: datetime) -> Overview | None:
    if not user.has_perm("blog.change_post"):
        return None
    edits_all = user.has_role(Role.ADMINISTRATOR, Role.EDITOR)
    yours = _read(Post.objects.not_live_yet(now)).by(user).order_by("-modified_at", "-pk")
    review = _read(Post.objects.in_review()).order_by("modified_at", "pk")
    scheduled = _read(Post.objects.scheduled(now)).order_by("published_at", "pk")
    live = Post.objects.visible(now).stream()
    live = (live if edits_all else live.by(user)).defer(*TEXTS).select_related("author")
    return Overview(
        _section(yours, f"?author={user.pk}"),
        _section(review, "?status=review") if edits_all else None,
        _section(scheduled, "?status=scheduled") if edits_all else None,
        Section(list(live[:WENT_LIVE])),
    )


def _read(found: QuerySet) -> QuerySet:
    # As a subquery: an index answers it, where SQLite would read past all texts to the status.
    posts = Post.objects.filter(pk__in=found.order_by().values("pk"))
    return posts.defer(*TEXTS).select_related("author")


def _section(posts: QuerySet, query: str) -> Section:
    found = list(posts[: MOST + 1])
    address = f"{reverse('admin:blog_post_changelist')}{query}" if len(found) > MOST else ""
    return Section(found[:MOST], address)


# Faults to mend.


def faults_for(user: User, edition: int, now: datetime) -> list[Fault]:
    """`edition`: the cache version of the site."""
    found = list(_of_redirects(now)) if user.has_perm("blog.change_oldpath") else []
    if user.has_perm("blog.change_post"):
        found += _of_posts(user, edition, now)
    return found


def _of_redirects(now: datetime) -> Iterator[Fault]:
    # Those to posts in the trash are deleted with them.
    rows = OldPath.objects.exclude(post__status=Post.Status.TRASH).select_related("post")
    rows = rows.defer(*(f"post__{name}" for name in TEXTS)).order_by("-pk")
    newest = {row.pk: row for row in rows[:NEWEST]}
    for pk, sentence in check.faults(newest.values(), now).items():
        address = reverse("admin:blog_oldpath_change", args=[pk])
        yield Fault(newest[pk].path, address, sentence)


@dataclass(frozen=True)
class Shown:
    """A public post as readers get it: the files of its pictures, and whether it is plain."""

    pk: int
    title: str
    files: tuple[str, ...]
    is_plain: bool


def _of_posts(user: User, edition: int, now: datetime) -> Iterator[Fault]:
    edits_all = user.has_role(Role.ADMINISTRATOR, Role.EDITOR)
    posts = Post.objects.visible(now) if edits_all else Post.objects.visible(now).by(user)
    # Texts are read once for each change of what readers see. A file may vanish at any time.
    name = "shown posts" if edits_all else f"shown posts of {user.pk}"
    shown = versions.cached(name, edition, lambda: _shown(posts))
    for post in shown:
        address = reverse("admin:blog_post_change", args=[post.pk])
        if missing := [file for file in post.files if not _is_there(file)]:
            yield Fault(post.title, address, _missing_sentence(missing))
        if post.is_plain:
            sentence = _("The text could not be formatted, and is shown plain.")
            yield Fault(post.title, address, sentence)


def _shown(posts: QuerySet) -> list[Shown]:
    newest = posts.order_by("-published_at", "-pk").values_list("pk", flat=True)[:NEWEST]
    told = Q(body_html__contains=settings.MEDIA_URL) | Q(lead_image__isnull=False)
    rows = Post.objects.filter(told | Q(is_plain=True), pk__in=list(newest))
    rows = rows.order_by("-published_at", "-pk").select_related("lead_image")
    return [
        Shown(post.pk, str(post), tuple(_files(post)), post.is_plain)
        for post in rows.only("title", "body_html", "is_plain", "lead_image__file")
    ]


def _files(post: Post) -> Iterator[str]:
    if post.lead_image:
        yield post.lead_image.file.name
    # Not in the Markdown: a text may name files of other sites, which pages do not load.
    yield from dict.fromkeys(unquote(unescape(name)) for name in SOURCE.findall(post.body_html))


def _is_there(file: str) -> bool:
    try:
        return default_storage.exists(file)
    except SuspiciousFileOperation:  # a text may name a place outside the folder
        return False


def _missing_sentence(files: list[str]) -> str:
    if len(files) == 1:
        return _("A picture is missing: %(file)s") % {"file": files[0]}
    sentence = _("%(n)d pictures are missing, among them %(file)s")
    return sentence % {"n": len(files), "file": files[0]}
