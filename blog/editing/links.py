"""Looks up the addresses in a text, for the checklist: one query for its links, one for its
pictures."""

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from urllib.parse import unquote

from django.db.models import CharField, F, Model, QuerySet, Value
from django.db.models.functions import Concat
from django.urls import Resolver404, resolve, reverse

from blog.editing.passages import passages
from blog.editing.pictures_and_links import path_here
from blog.models import Image, OldPath, Post, Tag, TagAlias, User, UserAlias
from blog.models.image import NAMED

MOST = 1000  # the rest is not looked up
# The names of patterns that match whether or not there is such a row.
OF_ROWS = {"post", "page", "tag", "author"}


def missing_paths(body: str, now: datetime) -> set[str]:
    """Return the paths of this site that the text links to and where readers find nothing."""
    links = (link for passage in passages(_with_line_feeds(body)) for link in passage.links)
    paths = (path_here(link.address) for link in links if not link.is_picture)
    typed = set(islice((path for path in paths if path), MOST))
    # Readers are redirected to the address with the slash.
    asked = {path: f"{path.rstrip('/')}/" for path in typed if not _is_fixed(path)}
    known = set(_known(set(asked.values()) | asked.keys(), now)) if asked else set()
    return {path for path, slashed in asked.items() if not known & {path, slashed}}


def described_pictures(body: str) -> set[str]:
    """Return the paths of the site's own pictures in the text that have a description."""
    names = set(islice(map(unquote, NAMED.findall(body)), MOST))
    images = Image.objects.filter(file__in=names).exclude(alt="") if names else ()
    return {unquote(image.file.url) for image in images}


def _is_fixed(path: str) -> bool:
    for address in (path, f"{path}/"):
        try:
            return resolve(address).url_name not in OF_ROWS
        except Resolver404:
            continue
    return False


def _known(paths: set[str], now: datetime) -> Iterable[str]:
    visible = Post.objects.visible(now)
    former = OldPath.objects.filter(path__in=paths, post__in=visible.values("pk"))
    rows = visible.filter(path__in=paths).order_by().values_list("path", flat=True)
    found: Iterable[str] = rows.union(
        former.values_list("path", flat=True),
        _with_path(Tag, "tag", paths),
        _with_path(TagAlias, "tag", paths),
        _with_path(User, "author", paths),
        _with_path(UserAlias, "author", paths),
    )
    return found


def _with_path(model: type[Model], name: str, paths: set[str]) -> QuerySet:
    start = reverse(name, args=["-"]).removesuffix("-/")
    slugs = {path.removeprefix(start).strip("/") for path in paths if path.startswith(start)}
    rows = model._default_manager.filter(slug__in=slugs).order_by()
    return rows.values_list(
        Concat(Value(start), F("slug"), Value("/"), output_field=CharField()), flat=True
    )


def _with_line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
