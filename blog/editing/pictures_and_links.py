"""Findings of the checklist about pictures, links and headings."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from blog.editing.blocks import Kind
from blog.editing.draft import Draft, Finding, in_body
from blog.editing.inline import Link
from blog.editing.passages import Passage, passages

FILE_NAME = re.compile(
    r"\S+\.(?:jpe?g|png|gif|webp|avif|svg|heic|tiff?|bmp)|(?:IMG|DSCN?|PXL|DCIM|image)[-_ ]?\d+",
    re.IGNORECASE,
)
IMAGE_OF = re.compile(r"(?:an?|the)?\s*(?:image|picture|photo|photograph) of\b", re.IGNORECASE)
SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
# Addresses that blog/text/sanitizer.py keeps.
KEPT = re.compile(r"(?:https?://|/|#|mailto:|tel:)", re.IGNORECASE)


def findings(draft: Draft, parts: list[Passage]) -> Iterator[Finding]:
    for passage in parts:
        for link in passage.links:
            address = unescape(link.address)
            if link.is_picture:
                about = _about_picture(draft, link, address)
            else:
                about = _about_link(draft, link, address)
            start = passage.start + link.start
            for code, sentence in about:
                yield in_body(draft.body, code, sentence, start, passage.start + link.end)
    yield from _about_headings(draft, parts)


def dropped_addresses(body: str) -> list[str]:
    """Return the addresses that no reader gets: such as "pictures/x.jpg", relative to the page."""
    body = body.replace("\r\n", "\n").replace("\r", "\n")
    links = (link for passage in passages(body) for link in passage.links)
    addresses = dict.fromkeys(unescape(link.address) for link in links)
    return [address for address in addresses if address and not KEPT.match(address)]


def about_description(alt: str) -> str:
    """Return what is wrong with the description of a picture, or nothing."""
    alt = alt.strip()
    if FILE_NAME.fullmatch(alt):
        return _("The description of this picture is the name of a file: say what it shows.")
    if found := IMAGE_OF.match(alt):
        message = _("The description of this picture begins with “%(words)s”: say what it shows.")
        return message % {"words": found[0]}
    return ""


def path_here(address: str) -> str:
    """Return the path of an address of this site, "" for another address."""
    site = urlsplit(settings.SITE_URL)
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    is_here = not parts.netloc or (
        parts.netloc == site.netloc and parts.scheme in ("http", "https", "")
    )
    return unquote(parts.path) if is_here and parts.path.startswith("/") else ""


def _about_picture(draft: Draft, link: Link, address: str) -> Iterator[tuple[str, str]]:
    if host := _host_elsewhere(address):
        message = _(
            "Readers do not see this picture: it comes from %(host)s, and this site's pages load"
            " pictures only from here."
        )
        yield "foreign-picture", message % {"host": host}
    elif not KEPT.match(address):
        yield "broken-link", _leads_nowhere(address)
    if link.is_decorative:
        return
    if link.label.strip():
        if problem := about_description(link.label):
            yield "poor-description", problem
    elif path_here(address) not in draft.described:
        message = _("This picture has no description, and is not marked as decorative.")
        yield "no-description", message


def _about_link(draft: Draft, link: Link, address: str) -> Iterator[tuple[str, str]]:
    words = re.sub(r"[\W_]+", " ", link.label).strip().casefold()
    if not words and not link.label.strip():
        yield "link-text", _("This link has no text.")
    elif words in _vague():
        message = _("“%(text)s” does not say where the link leads.")
        yield "link-text", message % {"text": link.label.strip()}
    if not KEPT.match(address):
        yield "broken-link", _leads_nowhere(address)
    elif path_here(address) in draft.missing:
        message = _("There is no page at %(path)s that readers can see.")
        yield "broken-link", message % {"path": path_here(address)}


def _leads_nowhere(address: str) -> str:
    if not address:
        return _("This link has no web address.")
    if SCHEME.match(address):
        return _("Browsers will not follow “%(address)s”.") % {"address": address[:80]}
    message = _("A web address begins with https:// or, on this site, with /: “%(address)s”.")
    return message % {"address": address[:80]}


def _vague() -> set[str]:
    words = pgettext(
        "texts of links that do not say where they lead, in small letters, with bars between them",
        "here|click|click here|click this|this|this link|this page|link|the link|read more|more"
        "|see here|see more|learn more|read on|read this|continue|continue reading",
    )
    return set(words.split("|"))


def _host_elsewhere(address: str) -> str:
    try:
        host = urlsplit(address).netloc
    except ValueError:
        return ""
    return host if host != urlsplit(settings.SITE_URL).netloc else ""


def _about_headings(draft: Draft, parts: list[Passage]) -> Iterator[Finding]:
    level = 1  # of the title
    for passage in parts:
        if passage.kind is not Kind.HEADING:
            continue
        end = passage.start + len(passage.text)
        if not passage.text.strip("# "):
            message = _("This heading has no words.")
            yield in_body(draft.body, "empty-heading", message, passage.start, end)
            continue
        # A heading of the first level is shown as one of the second.
        before, level = level, max(len(passage.text) - len(passage.text.lstrip("#")), 2)
        if level > before + 1:
            message = _(
                "This heading is of level %(level)d, and there is none of level %(missing)d"
                " above it: %(marks)s would do."
            )
            values = {"level": level, "missing": level - 1, "marks": "#" * (before + 1)}
            yield in_body(draft.body, "heading-order", message % values, passage.start, end)
