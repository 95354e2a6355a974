"""An editor's Markdown as safe HTML, and what a page needs beside it. No query, no settings.

The regular expressions rely on the form that sanitize() writes: lower case, double quotes,
balanced.
"""

import re
from dataclasses import dataclass
from html import escape, unescape

from blog.text import markdown
from blog.text.page_html import elements
from blog.text.sanitizer import INLINE_TAGS, TAG, sanitize
from blog.text.slugs import make_slug

EXCERPT_WORDS = 55

MORE = re.compile(r"<!--\s*more\b[^<>]*-->")
BLANK_LINES = re.compile(r"\n\s*\n")

HEADING = re.compile(r"<h([1-6])[^>]*>(.*?)</h\1>", re.DOTALL)
PULL_QUOTE = re.compile(r'<aside class="pullquote"')
NOT_WORDS = re.compile(r'<aside class="pullquote"|<a [^>]*class="footnote-(?:back)?ref"')
NOT_IN_EXCERPT = re.compile(
    rf'{NOT_WORDS.pattern}|<(?:h\d|pre|figcaption|table)\b|<div class="footnote"'
)


@dataclass(frozen=True)
class Heading:
    level: int
    id: str
    text: str


@dataclass(frozen=True)
class PostHTML:
    html: str
    text: str
    headings: list[Heading]
    excerpt: str
    is_plain: bool = False  # shown as paragraphs, with the marks of its Markdown


def convert(text: str, prefix: str) -> PostHTML | None:
    """Return None for a text that is nested too deeply. A hostile text takes minutes: see
    time_limit.py."""
    try:
        html = sanitize(markdown.posts(prefix).convert(text))
        beginning = _beginning(text)
        first = sanitize(markdown.posts(prefix).convert(beginning)) if beginning else ""
    except RecursionError:
        return None
    return _with_all_beside(html, first)


def plain(text: str) -> PostHTML:
    beginning = _beginning(text)
    first = sanitize(_paragraphs(beginning), ours=True) if beginning else ""
    return _with_all_beside(sanitize(_paragraphs(text), ours=True), first, is_plain=True)


def without(html: str, opening: re.Pattern) -> str:
    """Remove the elements whose first tag matches `opening`."""
    pieces, last = [], 0
    for start, end in elements(html, opening):
        pieces.append(html[last:start])
        last = end
    return "".join([*pieces, html[last:]])


def unlinked(html: str) -> str:
    return TAG.sub(lambda tag: "" if tag[2] == "a" else tag.group(), html)


def _paragraphs(text: str) -> str:
    paragraphs = (paragraph.strip("\n") for paragraph in BLANK_LINES.split(text))
    shown = (escape(paragraph, quote=False) for paragraph in paragraphs if paragraph.strip())
    return "\n".join("<p>{}</p>".format(lines.replace("\n", "<br>\n")) for lines in shown)


def _beginning(text: str) -> str:
    # Before the mark that ends an excerpt by hand.
    more = MORE.search(text)
    return text[: more.start()].strip("\n") if more else ""


def _with_all_beside(html: str, first: str, *, is_plain: bool = False) -> PostHTML:
    html, headings = _with_heading_ids(html)
    words = _text(without(html, NOT_WORDS))
    return PostHTML(
        html=_with_quiet_pull_quotes(html, words),
        text=words,
        headings=headings,
        excerpt=_excerpt(html, first),
        is_plain=is_plain,
    )


def _with_heading_ids(html: str) -> tuple[str, list[Heading]]:
    headings: list[Heading] = []
    taken: dict[str, int] = {}

    def named(match: re.Match) -> str:
        text = " ".join(_text(match[2]).split())
        slug = name = make_slug(text) or "section"
        while name in taken:
            taken[slug] += 1
            name = f"{slug}-{taken[slug]}"
        taken[name] = 1
        heading = Heading(max(int(match[1]), 2), f"h-{name}", text)
        headings.append(heading)
        return f'<h{heading.level} id="{heading.id}">{match[2]}</h{heading.level}>'

    return HEADING.sub(named, html), headings


def _with_quiet_pull_quotes(html: str, text: str) -> str:
    """Hide pull quotes from screen readers, which would read the sentence twice.

    A quote that does not repeat a sentence of the text is read. Links are removed, since hidden
    elements may not take the keyboard's focus.
    """
    text_words = _bare_words(text)
    pieces, last = [], 0
    for start, end in elements(html, PULL_QUOTE):
        quote = unlinked(html[start:end])
        if _bare_words(_text(quote)) in text_words:
            quote = quote.replace('"pullquote"', '"pullquote" aria-hidden="true"', 1)
        pieces += [html[last:start], quote]
        last = end
    return "".join([*pieces, html[last:]])


def _bare_words(text: str) -> str:
    words = re.findall(r"[^\W_]+", text.casefold())
    return f" {' '.join(words)} "


def _excerpt(html: str, first: str) -> str:
    if first:
        return " ".join(_text(without(first, NOT_IN_EXCERPT)).split())
    words = _text(without(html, NOT_IN_EXCERPT)).split()
    return " ".join(words[:EXCERPT_WORDS]) + ("…" if len(words) > EXCERPT_WORDS else "")


def _text(html: str) -> str:
    spaced = TAG.sub(lambda tag: "" if tag[2] in INLINE_TAGS else "\n", html)
    return BLANK_LINES.sub("\n", unescape(spaced)).strip()
