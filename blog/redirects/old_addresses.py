"""Finds the current address for a former or misspelt one."""

import re
from datetime import datetime
from urllib.parse import quote, unquote, urlsplit

from django.db.models import Q
from django.http import QueryDict
from django.utils.encoding import iri_to_uri

from blog.models import OldPath, Post, Tag, TagAlias, UserAlias
from blog.text.slugs import make_slug, without_marks

DATED = re.compile(r"^/\d{4}/\d{1,2}/(?P<slug>[^/]+)/(?P<rest>.*)$")
UNDATED = re.compile(r"^/(?P<slug>[^/]+)/(?P<rest>.*)$")
# WordPress's addresses of posts without names: /?p=77.
NUMBERS = ("p", "page_id", "attachment_id")
# From redirect to redirect; more only go round in a circle.
MOST_STEPS = 5
OF_AUTHOR = re.compile(r"^/author/(?P<slug>[^/]+)/(?P<rest>.*)$")
OF_TAG = re.compile(r"^/tag/(?P<slug>[^/]+)/(?P<rest>.*)$")


def find(path: str, now: datetime) -> list[str]:
    """Return where the path may lead: the present address of what was or is nearly there, with the
    rest of this one kept, or a whole address of another site; then the same with the last slash.
    Whether something answers is not looked at."""
    if "\0" in path:
        return []
    found = [_former(path, now)]
    if not path.endswith("/"):
        found += [_former(f"{path}/", now), quote(f"{path}/")]
    return [other for other in dict.fromkeys(found) if other and other != quote(path)]


def of_number(query: QueryDict, now: datetime) -> str | None:
    """Return the current address for `/?p=77`."""
    for name in NUMBERS:
        value = query.get(name, "")
        if re.fullmatch("[0-9]{1,18}", value):
            return _redirect(f"/?{name}={int(value)}", now, MOST_STEPS)
    return None


def spellings(path: str) -> set[str]:
    """Return the path with and without a slash at its end."""
    return {path, path.rstrip("/"), path.rstrip("/") + "/"}


def _former(path: str, now: datetime, steps: int = MOST_STEPS) -> str | None:
    return (
        _renamed_tag(path)
        or _renamed_author(path)
        or _redirect(path, now, steps)
        or _misspelt_post(path, now)
    )


def _renamed_tag(path: str) -> str | None:
    match = OF_TAG.match(path)
    if not match:
        return None
    slugs = _spellings(match["slug"])
    alias = TagAlias.objects.filter(slug__in=(match["slug"], *slugs)).select_related("tag").first()
    if alias and alias.tag is None:
        return f"/{match['rest']}" if match["rest"].startswith("feed") else "/tags/"
    tag = alias.tag if alias else Tag.objects.filter(slug__in=slugs).first()
    return quote(f"/tag/{tag.slug}/{match['rest']}") if tag else None


def _renamed_author(path: str) -> str | None:
    match = OF_AUTHOR.match(path)
    if not match:
        return None
    alias = UserAlias.objects.filter(slug=match["slug"]).select_related("user").first()
    return quote(f"/author/{alias.user.slug}/{match['rest']}") if alias else None


def _redirect(path: str, now: datetime, steps: int) -> str | None:
    # Feeds and comments follow their post, so the longest former path counts. To another page or
    # site leads the address itself, and nothing below it.
    parts = path.split("/")
    heads = {"/".join(parts[:n]) + "/" for n in range(2, min(len(parts), 8))}
    exact = spellings(path)
    to_visible = Q(post__in=Post.objects.visible(now).values("pk"), path__in=heads | exact)
    to_target = Q(path__in=exact) & ~Q(target="")
    rows = OldPath.objects.filter(to_visible | to_target).select_related("post")
    old = max(rows, key=lambda row: len(row.path), default=None)
    if old is None:
        return None
    if old.post is None:
        return _end(old.target, now, steps)
    is_below = old.path.endswith("/") and path.startswith(old.path)
    return quote(old.post.path + (path[len(old.path) :] if is_below else ""))


def _end(target: str, now: datetime, steps: int) -> str:
    # Follow a target that has moved since, so that readers are redirected once.
    is_here = target.startswith("/") and steps
    moved = _former(unquote(urlsplit(target).path), now, steps - 1) if is_here else None
    return moved or iri_to_uri(target)


def _misspelt_post(path: str, now: datetime) -> str | None:
    # The right slug under a wrong date, in another case or spelling.
    for pattern, kind in ((DATED, Post.Kind.POST), (UNDATED, Post.Kind.PAGE)):
        if match := pattern.match(path):
            slugs = _spellings(match["slug"])
            post = Post.objects.visible(now).filter(kind=kind, slug__in=slugs).first()
            if post:
                return quote(post.path + match["rest"])
    return None


def _spellings(typed: str) -> tuple[str, str]:
    slug = make_slug(typed)
    return slug, without_marks(slug)
