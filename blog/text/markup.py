"""Turns text that people typed into HTML that is safe to print. No other module does.

    text of a post ─▶ time_limit ─▶ post_html: markdown ─▶ sanitize (bleach, then nh3)
         ─▶ page_html ─▶ SafeString
    others         ─▶ comment_markdown, line_markdown ─▶ sanitize ─▶ SafeString

Pure functions. The regular expressions below rely on the form that sanitize() writes: lower
case, double quotes, balanced.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from html import escape, unescape
from itertools import chain, zip_longest
from urllib.parse import urljoin

from django.utils.safestring import SafeString, mark_safe

from blog.text import comment_markdown, line_markdown, time_limit, web_addresses
from blog.text.highlight import Find, mark
from blog.text.page_html import Picture, with_pictures, with_ways_to_scroll
from blog.text.post_html import PULL_QUOTE, Heading, PostHTML, unlinked, without
from blog.text.sanitizer import (
    ADDRESSES,
    ATTRIBUTE,
    COMMENT_TAGS,
    LINE_TAGS,
    TAG,
    UNPRINTABLE,
    sanitize,
)

RENDER_VERSION = 3
NO_PICTURES: Mapping[str, Picture] = {}
COMMENT_REL = "nofollow ugc noopener"

# A reader's text that is longer, or has more marks than this and in every third place, is shown as
# plain paragraphs.
COMMENT_LENGTH, COMMENT_MARKS = 20_000, 600

BLANK_LINES = re.compile(r"\n\s*\n")
# All that a rendered comment may leave out of what was typed.
COMMENT_MARKUP = re.compile(r"[\s*_`~>\[\]\\-]+")
COMMENT_MARK = re.compile(r"[\[\]*_`\\&<>\n]|https?:|//")

NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Rendered:
    html: SafeString
    text: str
    words: int
    headings: list[Heading]
    excerpt: str
    is_plain: bool  # as paragraphs, with the marks of its Markdown: it took too long


def render(text: str, prefix: str, pictures: Mapping[str, Picture] = NO_PICTURES) -> Rendered:
    """Render an editor's Markdown.

    `prefix`, such as "p12-", makes ids unique where posts share a page. `pictures` maps
    addresses in the text to the site's own pictures.
    """
    return with_its_pictures(convert(text, prefix), pictures)


def convert(text: str, prefix: str) -> PostHTML:
    """The part of render() that may take seconds."""
    return time_limit.convert(_clean(text), prefix)


def with_its_pictures(made: PostHTML, pictures: Mapping[str, Picture]) -> Rendered:
    page = with_pictures(with_ways_to_scroll(made.html), pictures)
    return Rendered(
        html=mark_safe(page),  # noqa: S308
        text=made.text,
        words=sum(any(map(str.isalnum, word)) for word in made.text.split()),
        headings=made.headings,
        excerpt=made.excerpt,
        is_plain=made.is_plain,
    )


def render_comment(text: str) -> SafeString:
    """Render a reader's text. It is shown as plain paragraphs if it takes long or if anything but
    marks would get lost."""
    text = _clean(text)
    html = "" if _takes_long(text) else comment_markdown.render(text)
    html = sanitize(html, tags=COMMENT_TAGS, rel=COMMENT_REL)
    if not html or _without_marks(shown_text(html)) != _without_marks(text):
        html = sanitize(_plain(text), tags=COMMENT_TAGS, rel=COMMENT_REL, ours=True)
    return mark_safe(with_ways_to_scroll(html))  # noqa: S308


def _takes_long(text: str) -> bool:
    marks = len(COMMENT_MARK.findall(text))
    return len(text) > COMMENT_LENGTH or marks > max(COMMENT_MARKS, len(text) / 3)


def _without_marks(text: str) -> str:
    return COMMENT_MARKUP.sub("", text)


def render_line(text: str) -> SafeString:
    """Render a sentence of an editor: links, emphasis and code, no blocks and no pictures."""
    html = line_markdown.render(_clean(text))
    return mark_safe(sanitize(html, tags=LINE_TAGS))  # noqa: S308


def without_links(html: str) -> SafeString:
    # A waiting comment's page is open to whoever wrote it, so its links lead nowhere.
    return mark_safe(unlinked(html))  # noqa: S308


def highlight(html: str, find: Find | None, links: bool = False) -> SafeString:
    """Mark the matches of `find` in HTML that this module rendered, and with `links` each link."""
    if find is None and not links:
        return stored(html)
    nodes, tags, last = [], [], 0
    for tag in TAG.finditer(html):
        nodes.append(html[last : tag.start()])
        tags.append(_with_mark(tag) if links and tag[2] == "a" else tag.group())
        last = tag.end()
    nodes.append(html[last:])
    nodes = mark(nodes, find) if find else nodes
    pairs = zip_longest(nodes, tags, fillvalue="")
    return mark_safe("".join(chain.from_iterable(pairs)))  # noqa: S308


def _with_mark(link: re.Match) -> str:
    return f"{link.group()}</mark>" if link[1] else f"<mark>{link.group()}"


def for_feed(html: str, base: str) -> str:
    """Make addresses absolute, and remove pull quotes, which repeat a sentence."""

    def absolute(address: str) -> str:
        with suppress(ValueError):
            return escape(urljoin(base, unescape(address)))
        return address

    def absolute_set(srcset: str) -> str:
        pairs = [candidate.strip().partition(" ") for candidate in srcset.split(",")]
        return ", ".join(f"{absolute(url)} {size}".strip() for url, _, size in pairs)

    def in_attribute(attribute: re.Match) -> str:
        name, value = attribute.groups()
        if name == "srcset":
            return f'srcset="{absolute_set(value)}"'
        return f'{name}="{absolute(value)}"' if name in ADDRESSES else attribute.group()

    def in_tag(tag: re.Match) -> str:
        if tag[2] in ("picture", "source"):
            return ""  # readers of feeds know <img>, and JPEG
        return f"<{tag[1]}{tag[2]}{ATTRIBUTE.sub(in_attribute, tag[3])}>"

    return TAG.sub(in_tag, without(html, PULL_QUOTE))


def count_links(html: str) -> int:
    return sum(
        tag[2] == "a" and "href" in dict(ATTRIBUTE.findall(tag[3])) for tag in TAG.finditer(html)
    )


def shown_text(html: str) -> str:
    return unescape(TAG.sub("", html))


def stored(html: str) -> SafeString:
    """Mark HTML from a row's *_html column as safe; only this module fills those."""
    return mark_safe(html)  # noqa: S308


def escaped(text: str) -> SafeString:
    return mark_safe(escape(text))  # noqa: S308


def for_xml(text: str) -> str:
    # XML 1.0 does not allow these characters.
    return NOT_XML.sub("", text)


def _clean(text: str) -> str:
    return UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _plain(text: str) -> str:
    paragraphs = (paragraph.strip("\n") for paragraph in BLANK_LINES.split(text))
    return "\n".join(f"<p>{_lines(p)}</p>" for p in paragraphs if p.strip())


def _lines(paragraph: str) -> str:
    pieces = web_addresses.split(paragraph)
    pieces = [escape(piece, quote=False) for piece in pieces]
    pieces[1::2] = [f'<a href="{address}">{address}</a>' for address in pieces[1::2]]
    return "".join(pieces).replace("\n", "<br>\n")
