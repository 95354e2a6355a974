"""Checks redirects: valid addresses, existing targets, loops."""

import posixpath
import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import SplitResult, unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import CharField, F, Model, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _

from blog.models import OldPath, Post, Tag, TagAlias, User, UserAlias
from blog.redirects.old_addresses import NUMBERS, spellings

LONGEST = 500
# The names of patterns that match whether or not there is such a row.
OF_ROWS = {"post", "page", "tag", "author"}
# Arguments of the URL patterns of lists.
OF_LISTS = {"number", "year", "month"}
WHOLE = URLValidator(schemes=["http", "https"])


# Clean typed values.


def clean_path(typed: str) -> str:
    """Return the address in the form in which it is looked up. Raises ValidationError."""
    parts = _split(_without_host(typed.strip()))
    if (parts.scheme or parts.netloc) and not _is_here(parts):
        raise ValidationError(
            _("A redirect begins at this site. Write the path, such as /2011/05/old-post/.")
        )
    if parts.query:
        return _number(parts)
    path = _plain(unquote(parts.path))
    if path == "/":
        raise ValidationError(_("This is the home page, which always answers."))
    if "." not in path.rpartition("/")[2]:
        path = path.rstrip("/") + "/"
    return path


def clean_target(typed: str) -> str:
    """Return a path of this site, or a whole address of another one. Raises ValidationError."""
    parts = _split(typed.strip())
    if _is_here(parts):
        parts = parts._replace(scheme="", netloc="", path=parts.path or "/")
    if not parts.scheme and not parts.netloc and parts.path.startswith("/"):
        return parts._replace(path=_plain(unquote(parts.path))).geturl()
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValidationError(
            _("Write a whole web address with https://, or a path of this site that begins with /.")
        )
    if parts.username is not None:
        raise ValidationError(_("A web address for readers has no user name."))
    WHOLE(parts.geturl())
    return parts.geturl()


def _split(text: str) -> SplitResult:
    if len(unquote(text)) > LONGEST:
        raise ValidationError(_("A web address may have %(most)d characters.") % {"most": LONGEST})
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - raises for a bad one
    except ValueError:
        raise ValidationError(_("This is not a web address.")) from None
    return parts


def _without_host(text: str) -> str:
    host = urlsplit(settings.SITE_URL).netloc
    is_here = text.lower().startswith(f"{host}/")
    return text[len(host) :] if is_here else text


def _is_here(parts: SplitResult) -> bool:
    here = urlsplit(settings.SITE_URL).netloc.lower()
    return parts.scheme in ("", "http", "https") and parts.netloc.lower() == here


def _number(parts: SplitResult) -> str:
    name, _is, value = parts.query.partition("&")[0].partition("=")
    is_number = name in NUMBERS and re.fullmatch("[0-9]{1,18}", value)
    if parts.path not in ("", "/") or not is_number:
        raise ValidationError(
            _("Of what follows a “?” only /?p=, /?page_id= and /?attachment_id= are looked up.")
        )
    return f"/?{name}={int(value)}"


def _plain(path: str) -> str:
    if "\ufffd" in path or any(unicodedata.category(char) == "Cc" for char in path):
        raise ValidationError(_("This is not a web address."))
    # Browsers take "." and ".." out before they ask.
    if {".", ".."} & set(path.split("/")):
        path = posixpath.normpath(path) + ("/" if path.endswith(("/", "/.", "/..")) else "")
    return "/" + path.lstrip("/")


def leads_back(path: str, target: str) -> str:
    """Return a sentence for a target that is a redirect itself; "" for any other."""
    if not target.startswith("/"):
        return ""
    asked = spellings(urlsplit(target).path)
    if path in asked:
        return _("This would lead to itself.")
    other = OldPath.objects.filter(path__in=asked).select_related("post").first()
    if other is None:
        return ""
    return _("This is a redirect itself. Write where it leads: %(place)s") % {"place": other.place}


# Look up what answers at a path.


def taken_by(path: str) -> Post | Tag | User | str | None:
    """Return what answers at this path, so that a redirect would never be used: a row, or a
    sentence."""
    try:
        match = resolve(path)
    except Resolver404:
        match = None
    kwargs = match.captured_kwargs if match else {}
    of_site = (reverse("admin:index"), settings.STATIC_URL, settings.MEDIA_URL)
    if path.startswith(of_site) or match and kwargs.keys() <= OF_LISTS:
        return _("This web address belongs to the site itself.")
    if match is None:
        return None
    if match.url_name == "tag":
        alias = TagAlias.objects.filter(slug=kwargs["slug"], tag__isnull=False).first()
        return alias.tag if alias else Tag.objects.filter(slug=kwargs["slug"]).first()
    if match.url_name == "author":
        return User.objects.filter(slug=kwargs["slug"]).first()
    # The feed of a post, and whatever else stands below it.
    return Post.objects.filter(path__in=_heads(path)).first()


def not_found(paths: Iterable[str], now: datetime) -> set[str]:
    """Return those of these paths of this site where readers find nothing, by one query."""
    # Readers are redirected to the address with the slash.
    asked = {path: f"{path.rstrip('/')}/" for path in paths if not _is_fixed(path)}
    known = set(_known(set(asked.values()) | asked.keys(), now)) if asked else set()
    return {path for path, slashed in asked.items() if not known & {path, slashed}}


def _is_fixed(path: str) -> bool:
    for address in (path, f"{path}/"):
        try:
            return resolve(address).url_name not in OF_ROWS
        except Resolver404:
            continue
    return False


def _known(paths: set[str], now: datetime) -> Iterable[str]:
    visible = Post.objects.visible(now)
    leading = Q(post__in=visible.values("pk")) | ~Q(target="")
    former = OldPath.objects.filter(leading, path__in=paths)
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


def _heads(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:n]) + "/" for n in range(2, len(parts))]


def faults(redirects: Iterable[OldPath], now: datetime) -> dict[int, str]:
    """Return a sentence for each redirect that does not work, by its id. Two queries at most."""
    redirects = list(redirects)
    live = set(
        Post.objects.visible(now)
        .filter(path__in=[row.path for row in redirects])
        .order_by()
        .values_list("path", flat=True)
    )
    here = {row.pk: urlsplit(row.target).path for row in redirects if row.target.startswith("/")}
    missing = not_found(set(here.values()), now)
    found = {row.pk: _fault(row, now, live) for row in redirects}
    found |= {pk: _("Nothing is found there.") for pk, path in here.items() if path in missing}
    return {pk: sentence for pk, sentence in found.items() if sentence}


def _fault(row: OldPath, now: datetime, live: set[str]) -> str:
    if row.path in live:
        return _("Not used: a post has this web address.")
    if row.post and not row.post.is_visible(now):
        return _("Readers cannot see the post: %(status)s") % {"status": row.post.status_words}
    return ""
