"""Finds the current address for a former or misspelt one."""

import re
from datetime import datetime
from urllib.parse import quote

from blog.models import OldPath, Post, Tag, TagAlias
from blog.text.slugs import make_slug

DATED = re.compile(r"^/\d{4}/\d{1,2}/(?P<slug>[^/]+)/(?P<rest>.*)$")
UNDATED = re.compile(r"^/(?P<slug>[^/]+)/(?P<rest>.*)$")
OF_TAG = re.compile(r"^/tag/(?P<slug>[^/]+)/(?P<rest>.*)$")


def find(path: str, now: datetime) -> str | None:
    """Return the current address, with the rest of the path kept; None if nothing public fits."""
    if "\0" in path:
        return None
    found = _renamed_tag(path) or _moved_post(path, now) or _misspelt_post(path, now)
    return quote(found) if found and found != path else None


def _renamed_tag(path: str) -> str | None:
    match = OF_TAG.match(path)
    if not match:
        return None
    slugs = (match["slug"], make_slug(match["slug"]))
    alias = TagAlias.objects.filter(slug__in=slugs).select_related("tag").first()
    if alias and alias.tag is None:
        return "/feed/" if match["rest"] == "feed/" else "/tags/"
    tag = alias.tag if alias else Tag.objects.filter(slug=slugs[1]).first()
    return f"/tag/{tag.slug}/{match['rest']}" if tag else None


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
            slug = make_slug(match["slug"])
            post = Post.objects.visible(now).filter(kind=kind, slug=slug).first()
            if post:
                return post.path + match["rest"]
    return None
