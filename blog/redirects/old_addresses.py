"""Finds the current address for a former or misspelt one."""

import re
from datetime import datetime
from urllib.parse import quote

from blog.models import OldPath, Post, Tag, TagAlias, UserAlias
from blog.text.slugs import make_slug, without_marks

DATED = re.compile(r"^/\d{4}/\d{1,2}/(?P<slug>[^/]+)/(?P<rest>.*)$")
UNDATED = re.compile(r"^/(?P<slug>[^/]+)/(?P<rest>.*)$")
OF_AUTHOR = re.compile(r"^/author/(?P<slug>[^/]+)/(?P<rest>.*)$")
OF_TAG = re.compile(r"^/tag/(?P<slug>[^/]+)/(?P<rest>.*)$")


def find(path: str, now: datetime) -> list[str]:
    """Return where the path may lead, with its rest kept: the present address of what was or is
    nearly there, then the same with the last slash. Whether something answers is not looked at."""
    if "\0" in path:
        return []
    found = [_former(path, now)]
    if not path.endswith("/"):
        found += [_former(f"{path}/", now), f"{path}/"]
    return [quote(other) for other in dict.fromkeys(found) if other and other != path]


def _former(path: str, now: datetime) -> str | None:
    return (
        _renamed_tag(path)
        or _renamed_author(path)
        or _moved_post(path, now)
        or _misspelt_post(path, now)
    )


def _renamed_tag(path: str) -> str | None:
    match = OF_TAG.match(path)
    if not match:
        return None
    slugs = _spellings(match["slug"])
    alias = TagAlias.objects.filter(slug__in=(match["slug"], *slugs)).select_related("tag").first()
    tag = alias.tag if alias else Tag.objects.filter(slug__in=slugs).first()
    return f"/tag/{tag.slug}/{match['rest']}" if tag else None


def _renamed_author(path: str) -> str | None:
    match = OF_AUTHOR.match(path)
    if not match:
        return None
    alias = UserAlias.objects.filter(slug=match["slug"]).select_related("user").first()
    return f"/author/{alias.user.slug}/{match['rest']}" if alias else None


def _moved_post(path: str, now: datetime) -> str | None:
    # Feeds and comments follow their post, so the longest former path counts.
    parts = path.split("/")
    heads = ["/".join(parts[:n]) + "/" for n in range(2, min(len(parts), 8))]
    old_paths = OldPath.objects.filter(
        path__in=heads, post__in=Post.objects.visible(now).values("pk")
    )
    old = max(old_paths.select_related("post"), key=lambda row: len(row.path), default=None)
    return old.post.path + path[len(old.path) :] if old else None


def _misspelt_post(path: str, now: datetime) -> str | None:
    # The right slug under a wrong date, in another case or spelling.
    for pattern, kind in ((DATED, Post.Kind.POST), (UNDATED, Post.Kind.PAGE)):
        if match := pattern.match(path):
            slugs = _spellings(match["slug"])
            post = Post.objects.visible(now).filter(kind=kind, slug__in=slugs).first()
            if post:
                return post.path + match["rest"]
    return None


def _spellings(typed: str) -> tuple[str, str]:
    slug = make_slug(typed)
    return slug, without_marks(slug)
